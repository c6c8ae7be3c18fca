// SPDX-License-Identifier: MIT
// Maps of the effect over layers and heads are plain loops: one region, one study each.
#include <causalmm/effect.hpp>

#include <array>
#include <cmath>
#include <vector>

#include <causalmm/adaptor/span.hpp>
#include <causalmm/attention/intervene.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/intervention.hpp>
#include <causalmm/visibility/bidirectional.hpp>

#include "catch.hpp"
#include "support/tensor.hpp"

using causalmm::index_t;
using causalmm::adaptor::span;
using causalmm::selection::region;
namespace policy = causalmm::intervention;

namespace {

constexpr index_t layers = 3, heads = 2, keys = 5, samples = 12;

/// A model of one question: every head reads its keys' values, and the answer is "yes" with a probability that grows with what
/// the heads read, each by its own share.
struct model {
    static constexpr std::array<double, layers * heads> share{0.0, 0.0, 3.0, 0.0, 0.0, -1.0};
    std::array<float, keys> values{};
    std::array<std::array<float, heads * keys>, layers> patterns{};   // (head, key), what the softmax gave

    explicit model(std::uint64_t question) {
        support::numbers next{question + 1};
        for (float& v : values) { v = next.in(-1.0f, 1.0f); }
        for (auto& pattern : patterns) {
            for (std::size_t h = 0; h < heads; ++h) {
                float total = 0.0f;
                for (std::size_t k = 0; k < keys; ++k) { total += pattern[h * keys + k] = next.in(0.05f, 1.0f); }
                for (std::size_t k = 0; k < keys; ++k) { pattern[h * keys + k] /= total; }
            }
        }
    }

    template <class Policy>
    float yes(Policy const& intervention, region const& where, std::uint64_t question) const {
        double logit = 0.0;
        for (std::size_t layer = 0; layer < layers; ++layer) {
            auto pattern = patterns[layer];
            causalmm::attention::edit const edit{
                intervention, where, {.layer = static_cast<index_t>(layer), .samples = {&question, 1}}};
            REQUIRE(causalmm::attention::intervene(causalmm::backend::serial{}, edit,
                                                   span(std::span{pattern}, {1, heads, 1, keys}),
                                                   causalmm::visibility::bidirectional{}));
            for (std::size_t i = 0; i < heads * keys; ++i) {
                logit += share[layer * heads + i / keys] * static_cast<double>(pattern[i] * values[i % keys]);
            }
        }
        return static_cast<float>(1.0 / (1.0 + std::exp(-logit)));
    }
};

template <class Policy>
void set_seed(Policy& intervention, std::uint64_t seed) {
    if constexpr (requires { intervention.seed; }) { intervention.seed = seed; }
    if constexpr (requires { intervention.policy.seed; }) { intervention.policy.seed = seed; }
}

/// The average effect of an intervention in one place on the probability of "yes".
template <class Policy>
causalmm::effect::estimate effect_of(Policy intervention, region const& where, index_t draws) {
    std::vector<float> factual, counterfactual;
    for (std::uint64_t question = 0; question < samples; ++question) {
        model const m{question};
        factual.push_back(m.yes(policy::identity{}, where, question));
        for (index_t d = 0; d < draws; ++d) {
            set_seed(intervention, static_cast<std::uint64_t>(d));
            counterfactual.push_back(m.yes(intervention, where, question));
        }
    }
    std::array<double, samples> effects{};
    REQUIRE(causalmm::effect::sample_effects(span(std::span{factual}, {samples, 1}),
                                             span(std::span{counterfactual}, {samples, draws, 1}), 0, effects));
    std::array<double, 500> resamples{};
    auto const found = causalmm::effect::average(effects, resamples);
    REQUIRE(found.status);
    return found.value;
}

region place_of(index_t layer, index_t head) { return {.layers = {{layer, layer + 1}}, .heads = {{head, head + 1}}}; }

}   // namespace

TEMPLATE_LIST_TEST_CASE("effect: a map over layers and heads is nothing but at the heads that the answer depends on",
                        "[effect]", policy::pattern_list) {
    INFO(TestType::name);
    bool const changes = !std::is_same_v<TestType, policy::identity>;
    for (index_t layer = 0; layer < layers; ++layer) {
        for (index_t head = 0; head < heads; ++head) {
            INFO(layer << ' ' << head);
            auto const found = effect_of(TestType{}, place_of(layer, head), 3);
            bool const matters = changes && model::share[static_cast<std::size_t>(layer * heads + head)] != 0.0;
            CHECK((found.standard_error > 0.0) == matters);   // elsewhere not a bit of any answer moves
            CHECK((found.mean != 0.0) == matters);
            CHECK((found.low <= found.mean && found.mean <= found.high));
        }
    }
}

TEST_CASE("effect: of uniform attention at one head, as the sigmoid has it", "[effect]") {
    double sum = 0.0;
    for (std::uint64_t question = 0; question < samples; ++question) {
        model const m{question};
        auto const read = [&](std::size_t layer, std::size_t head) {
            double z = 0.0;
            for (std::size_t k = 0; k < keys; ++k) {
                z += static_cast<double>(m.patterns[layer][head * keys + k]) * static_cast<double>(m.values[k]);
            }
            return z;
        };
        double mean = 0.0;
        for (float const v : m.values) { mean += static_cast<double>(v) / keys; }
        double const rest = -1.0 * read(2, 1);
        auto const sigmoid = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
        sum += sigmoid(3.0 * read(1, 0) + rest) - sigmoid(3.0 * mean + rest);
    }
    auto const found = effect_of(policy::uniform{}, place_of(1, 0), 1);
    CHECK(found.mean == Approx(sum / samples).margin(1e-6));   // probabilities are floats
}
