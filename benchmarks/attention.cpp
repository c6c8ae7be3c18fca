// SPDX-License-Identifier: MIT
// What counterfactual attention costs on top of factual attention, without an attention matrix; f32, one thread.
//
// flops            of factual streaming attention: products of queries, keys and values
// x_POLICY         one call that gives factual and counterfactual z, relative to factual attention alone; the floor is 1
// x_POLICY_alone   the counterfactual z alone; the floor of random is 0.5, the product with the values
// x_materialized   the same edit of a pattern in memory
// x_gemm           rate of factual attention relative to Eigen's product of queries and keys
// KiB              memory beside inputs and outputs, of the policy that needs most; the pattern of a head has 4 queries keys bytes
// All ways of a row are timed in turn, by processor time. The names of policies that act on scores cost a second pass.
#include <cmath>
#include <cstddef>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include <causalmm/attention/materialized.hpp>
#include <causalmm/attention/streaming.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/intervention.hpp>
#include <causalmm/visibility.hpp>

#if __has_include(<Eigen/Core>)
#include <Eigen/Core>
#endif

#include "contest.hpp"

namespace {

namespace attention = causalmm::attention;
namespace intervention = causalmm::intervention;
using causalmm::index_t;
using causalmm::tensor_view;

/// CLIP ViT-L/14 at 336 pixels, LLaVA-1.5's prompt, longer ones, and one step of decoding.
struct shape {
    std::string_view name;
    index_t heads, queries, keys, dim;
    bool causal;
};
constexpr shape shapes[] = {
    {"vision_577x64", 4, 577, 577, 64, false},      {"prefill_640x128", 4, 640, 640, 128, true},
    {"prefill_1100x128", 4, 1100, 1100, 128, true}, {"prefill_2048x128", 2, 2048, 2048, 128, true},
    {"prefill_4096x128", 1, 4096, 4096, 128, true}, {"prefill_4096x64", 1, 4096, 4096, 64, true},
    {"decode_1100x128", 32, 1, 1100, 128, true},    {"decode_4096x128", 32, 1, 4096, 128, true}};

/// Queries, keys and values of one shape, and where the branches go.
class problem {
  public:
    explicit problem(shape const& of) : of_{of} {
        std::mt19937 generator(1);
        std::normal_distribution<float> normal;
        for (auto* const each : {&query_, &key_, &value_}) {
            each->resize(static_cast<std::size_t>(of.heads * (each == &query_ ? of.queries : of.keys) * of.dim));
            for (float& x : *each) { x = normal(generator); }
        }
        factual_.resize(query_.size());
        z_.resize(query_.size());
        sums_.resize(static_cast<std::size_t>(of.heads * of.dim));
        for (std::size_t i = 0; i < value_.size(); ++i) {
            auto const dim = static_cast<std::size_t>(of.dim);
            sums_[i / dim / static_cast<std::size_t>(of.keys) * dim + i % dim] += static_cast<double>(value_[i]);
        }
    }
    attention::inputs<float> inputs() const {
        return {.query = {query_.data(), {1, of_.heads, of_.queries, of_.dim}},
                .key = {key_.data(), {1, of_.heads, of_.keys, of_.dim}},
                .value = {value_.data(), {1, of_.heads, of_.keys, of_.dim}},
                .scale = 1.0f / std::sqrt(static_cast<float>(of_.dim))};
    }
    tensor_view<float, 4> factual() { return {factual_.data(), {1, of_.heads, of_.queries, of_.dim}}; }
    tensor_view<float, 4> z() { return {z_.data(), {1, of_.heads, of_.queries, of_.dim}}; }
    /// The sum that a cache keeps while it decodes; a prefill has none yet.
    tensor_view<double const, 3> kept_sum() const {
        if (of_.queries > 1) { return {}; }
        return {sums_.data(), {1, of_.heads, of_.dim}};
    }
    double flops() const {
        double const pairs = static_cast<double>(of_.queries) * static_cast<double>(of_.keys);
        return 4.0 * static_cast<double>(of_.heads * of_.dim) * (of_.causal && of_.queries > 1 ? pairs / 2 : pairs);
    }
    template <class Function>
    auto with_visibility(Function const& f) const {
        if (of_.causal) { return f(causalmm::visibility::causal{.offset = of_.keys - of_.queries}); }
        return f(causalmm::visibility::bidirectional{});
    }

  private:
    shape of_;
    std::vector<float> query_, key_, value_, factual_, z_;
    std::vector<double> sums_;
};

/// One call after the other on one problem; its memory lives as long as the calls.
class ways {
  public:
    ways(benchmark::State& state, shape const& of) : state_{state}, of_{of}, input_{of} {
        contest_.add_timed("factual", stream(intervention::identity{}, {.z = input_.factual()}));
    }
    /// Factual and counterfactual z from one call, or the latter alone.
    template <class Policy>
    void add(std::string const& name, Policy policy, bool alone) {
        if constexpr (requires { policy.over; } && intervention::affine_policy<Policy>) {
            policy.over = of_.causal ? intervention::scope::row : intervention::scope::map;
        }
        attention::streams out{.z = input_.z(), .value_sum = input_.kept_sum()};
        if (!alone) { out.factual = input_.factual(); }
        contest_.add_timed(name, stream(policy, out));
    }
    /// What the closed forms replace: the edited pattern in memory.
    void add_materialized() {
        pattern_.resize(static_cast<std::size_t>(of_.heads * of_.queries * of_.keys));
        contest_.add_timed("materialized", [this] {
            check(input_.with_visibility([this](auto const& visibility) {
                return attention::materialized(causalmm::backend::serial{}, attention::edit{intervention::reversed{}},
                                               input_.inputs(), visibility,
                                               {pattern_.data(), {1, of_.heads, of_.queries, of_.keys}}, input_.z());
            }));
        });
    }
#if __has_include(<Eigen/Core>)
    void add_gemm() {
        using matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
        Eigen::Map<matrix const> const query(input_.inputs().query.data, of_.queries, of_.dim);
        Eigen::Map<matrix const> const key(input_.inputs().key.data, of_.keys, of_.dim);
        contest_.add_timed("gemm", [query, key, scores = matrix(of_.queries, of_.keys)]() mutable {
            scores.noalias() = query * key.transpose();
        });
    }
#endif
    void run() {
        contest_.run(state_);
        auto const iterations = static_cast<double>(state_.iterations());
        double const rate = input_.flops() * iterations / contest_.first_total();
        state_.counters["flops"] = benchmark::Counter(rate);
        if (auto const gemm = state_.counters.find("x_gemm"); gemm != state_.counters.end()) {
            double const products = 2.0 * static_cast<double>(of_.queries * of_.keys * of_.dim);
            gemm->second = input_.flops() / products * gemm->second;   // from times to rates
        }
        state_.SetLabel("floors: affine 1, random_alone 0.5, shuffled_alone 1, scores 2");
        state_.counters["KiB"] = static_cast<double>(workspace_.size()) / 1024.0;
    }

  private:
    template <class Policy>
    std::function<void()> stream(Policy const& policy, attention::streams const& out) {
        std::size_t const bytes = attention::workspace_bytes(policy, input_.inputs());
        if (workspace_.size() < bytes) { workspace_.resize(bytes); }
        return [this, policy, out] {
            check(input_.with_visibility([&](auto const& visibility) {
                return attention::streaming(causalmm::backend::serial{}, attention::edit{policy}, input_.inputs(),
                                            visibility, out, workspace_);
            }));
        };
    }
    void check(causalmm::status const& done) {
        if (!done) { state_.SkipWithError(done.what); }
    }

    benchmark::State& state_;
    shape of_;
    problem input_;
    std::vector<std::byte> workspace_;
    std::vector<float> pattern_;
    workload::contest contest_;
};

void time_shape(benchmark::State& state, shape const& of) {
    ways all{state, of};
    intervention::list::for_each([&]<class Policy>() { all.add(std::string{Policy::name}, Policy{}, false); });
    all.add("random_alone", intervention::random{}, true);
    all.add("shuffled_alone", intervention::shuffled{}, true);
    all.add_materialized();
#if __has_include(<Eigen/Core>)
    if (of.queries > 1) { all.add_gemm(); }
#endif
    all.run();
}

bool add_all() {
    for (shape const& of : shapes) {
        benchmark::RegisterBenchmark(std::string{of.name}.c_str(),
                                     [&of](benchmark::State& state) { time_shape(state, of); })
            ->UseManualTime()
            ->Unit(benchmark::kMillisecond);
    }
    return true;
}

[[maybe_unused]] bool const added = add_all();

}   // namespace
