// SPDX-License-Identifier: MIT
// From the logits of all branches to the next token: cut, contrast, softmax, draw; vocabularies of LLaMA and Qwen2.
//
// x_read  time relative to finding the maximum of the factual row, which every plausibility cut must do; the two take turns
// kept    tokens that survive the cut
// eigen   the expression over whole rows, in the published order
// bytes_per_second counts each logit of each row once
#include <array>
#include <cstddef>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/decode/step.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/sampling/multinomial.hpp>
#include <causalmm/sampling/pipeline.hpp>

#if __has_include(<Eigen/Core>)
#include <Eigen/Core>
#endif

#include "workload.hpp"

namespace {

namespace sampling = causalmm::sampling;

constexpr float gamma_strength = 1.0f;
constexpr float epsilon = 0.1f;

/// Logits of a factual row and two counterfactual ones.
struct logits {
    std::string name;
    std::size_t vocabulary;
    std::array<std::vector<float>, 3> rows;
};

/// Peaked rows leave about a dozen tokens above a tenth of the best one's probability, flat rows thousands.
logits make_logits(std::size_t vocabulary, bool peaked) {
    std::mt19937 generator(3);
    std::normal_distribution<float> normal;
    logits made{std::to_string(vocabulary) + (peaked ? "_peaked" : "_flat"), vocabulary, {}};
    for (auto& row : made.rows) {
        row.resize(vocabulary);
        for (float& logit : row) { logit = (peaked ? 2.0f : 0.8f) * normal(generator); }
        for (std::size_t i = 0; peaked && i < 12; ++i) { row[i * 2003 + 17] = 15.0f + 0.1f * normal(generator); }
    }
    return made;
}

float maximum(std::span<float const> row) {
    float const* const logits = row.data();
    return causalmm::detail::reduce(
        static_cast<causalmm::index_t>(row.size()), logits[0], [logits](causalmm::index_t i) { return logits[i]; },
        causalmm::detail::larger{});
}

template <std::size_t Branches>
using step = causalmm::decode::step<causalmm::contrast::linear<Branches>, causalmm::plausibility::adaptive,
                                    sampling::pipeline<sampling::multinomial>>;

/// Times `body` beside a read of the factual row: finding its maximum.
template <class Body>
void add(logits const& input, std::string const& how, std::size_t rows_read, Body const& body) {
    auto const run = [=, &input](benchmark::State& state) {
        sampling::draw which{.seed = 5};
        auto call = [&] {
            ++which.step;
            auto token = body(state, input, which);
            benchmark::DoNotOptimize(token);
        };
        auto read = [&input] {
            float top = maximum(input.rows[0]);
            benchmark::DoNotOptimize(top);
        };
        workload::time(
            state, "x_read", [] {}, call, read);
        auto const bytes = static_cast<std::int64_t>(rows_read * input.vocabulary * sizeof(float));
        state.SetBytesProcessed(state.iterations() * bytes);
    };
    benchmark::RegisterBenchmark((input.name + '/' + how).c_str(), run)->UseManualTime()->Unit(benchmark::kMicrosecond);
}

template <std::size_t Branches>
void add_library(logits const& input) {
    auto const how = "library_" + std::to_string(Branches) + "_branch";
    auto const body = [](benchmark::State& state, logits const& rows, sampling::draw const& which) {
        static std::vector<sampling::candidate> scratch;
        scratch.resize(rows.vocabulary);
        step<Branches> next{.plausibility = {.epsilon = epsilon}};
        next.contrast.gamma.fill(gamma_strength);
        typename step<Branches>::rows counterfactual{};
        for (std::size_t b = 0; b < Branches; ++b) { counterfactual[b] = rows.rows[b + 1]; }
        auto const kept = next.survivors(rows.rows[0], counterfactual, scratch);
        auto const token = kept ? next.sampler.sample(std::span{scratch}.first(kept.value), which)
                                : causalmm::result<sampling::token>{sampling::no_token, kept.status};
        if (!token) { state.SkipWithError(token.status.what); }
        state.counters["kept"] = static_cast<double>(kept.value);
        return token.value;
    };
    add(input, how, 1 + Branches, body);
}

#if __has_include(<Eigen/Core>)
template <std::size_t Branches>
void add_eigen(logits const& input) {
    auto const body = [](benchmark::State&, logits const& rows, sampling::draw const& which) {
        auto const map = [&](std::size_t row) {
            return Eigen::Map<Eigen::ArrayXf const>(rows.rows[row].data(), static_cast<Eigen::Index>(rows.vocabulary));
        };
        float const cutoff = std::log(epsilon) + map(0).maxCoeff();
        Eigen::ArrayXf contrasted = (1.0f + static_cast<float>(Branches) * gamma_strength) * map(0);
        for (std::size_t b = 1; b <= Branches; ++b) { contrasted -= gamma_strength * map(b); }
        contrasted = (map(0) < cutoff).select(causalmm::minus_infinity(), contrasted);
        Eigen::ArrayXf probability = (contrasted - contrasted.maxCoeff()).exp();
        probability /= probability.sum();
        double left = which.unit();
        Eigen::Index token = 0;
        while (token + 1 < probability.size() && (left -= static_cast<double>(probability[token])) > 0.0) { ++token; }
        return static_cast<sampling::token>(token);
    };
    add(input, "eigen_" + std::to_string(Branches) + "_branch", 1 + Branches, body);
}
#endif

bool add_all() {
    static std::array const inputs{make_logits(32000, true), make_logits(32000, false), make_logits(151936, true),
                                   make_logits(151936, false)};
    for (logits const& input : inputs) {
        add(input, "maximum", 1,
            [](benchmark::State&, logits const& rows, sampling::draw const&) { return maximum(rows.rows[0]); });
        add_library<1>(input);
        add_library<2>(input);
#if __has_include(<Eigen/Core>)
        add_eigen<1>(input);
        add_eigen<2>(input);
#endif
    }
    return true;
}

[[maybe_unused]] bool const added = add_all();

}   // namespace
