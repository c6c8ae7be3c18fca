// SPDX-License-Identifier: MIT
#include <causalmm/effect/layer_head_map.hpp>

#include <array>
#include <cmath>
#include <string_view>
#include <type_traits>
#include <vector>

#include <causalmm/adaptor/span.hpp>
#include <causalmm/attention/intervene.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/effect/sample_effects.hpp>
#include <causalmm/intervention.hpp>
#include <causalmm/visibility/bidirectional.hpp>

#include "catch.hpp"
#include "support/tensor.hpp"

using causalmm::index_t;
using causalmm::adaptor::span;
using causalmm::effect::estimate;
using causalmm::effect::layer_head_map;
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
causalmm::result<estimate> effect_of(Policy intervention, region const& where, index_t draws) {
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
    return causalmm::effect::average(effects, resamples);
}

}   // namespace

TEMPLATE_LIST_TEST_CASE("layer_head_map: an effect is nothing but at the heads that the answer depends on", "[effect]",
                        policy::pattern_list) {
    INFO(TestType::name);
    bool const changes = !std::is_same_v<TestType, policy::identity>;
    std::array<estimate, layers * heads> map{};
    auto const study = [](region const& where) { return effect_of(TestType{}, where, 3); };
    REQUIRE(layer_head_map(layers, heads, {}, study, map));
    for (std::size_t at = 0; at < map.size(); ++at) {
        INFO("layer " << at / heads << ", head " << at % heads);
        bool const matters = changes && model::share[at] != 0.0;
        CHECK((map[at].standard_error > 0.0) == matters);   // elsewhere not a bit of any answer moves
        CHECK((map[at].mean != 0.0) == matters);
        CHECK((map[at].low <= map[at].mean && map[at].mean <= map[at].high));
    }
}

TEST_CASE("layer_head_map: every place once, in order, with the rest of the region as it is", "[effect]") {
    std::vector<region> asked;
    auto const study = [&](region const& where) -> causalmm::result<estimate> {
        asked.push_back(where);
        return {{.mean = static_cast<double>(asked.size())}, {}};
    };
    std::array<estimate, 6> map{};
    REQUIRE(layer_head_map(2, 3, {.towers = {.vision = false}, .keys = {{4, 9}}}, study, map));
    REQUIRE(asked.size() == 6);
    for (std::size_t at = 0; at < 6; ++at) {
        auto const layer = static_cast<index_t>(at / 3), head = static_cast<index_t>(at % 3);
        CHECK(asked[at].layers == causalmm::selection::index_set{{layer, layer + 1}});
        CHECK(asked[at].heads == causalmm::selection::index_set{{head, head + 1}});
        CHECK(asked[at].keys == causalmm::selection::index_set{{4, 9}});
        CHECK_FALSE(asked[at].towers.vision);
        CHECK(map[at].mean == static_cast<double>(at + 1));
    }
}

TEST_CASE("layer_head_map: a map of another size and a study that fails are refused", "[effect]") {
    int calls = 0;
    auto const study = [&](region const&) -> causalmm::result<estimate> {
        if (++calls == 3) { return {{}, {causalmm::errc::empty_support, "study: no sample"}}; }
        return {{.mean = 1.0}, {}};
    };
    std::array<estimate, 6> map{};
    CHECK(layer_head_map(2, 2, {}, study, map) == causalmm::errc::shape_mismatch);
    CHECK(layer_head_map(-2, -3, {}, study, map) == causalmm::errc::shape_mismatch);
    CHECK(calls == 0);
    auto const outcome = layer_head_map(2, 3, {}, study, map);
    CHECK(outcome == causalmm::errc::empty_support);
    CHECK(std::string_view{outcome.what} == "study: no sample");
    CHECK((map[1].mean == 1.0 && map[2].mean == 0.0));
    CHECK(layer_head_map(0, 3, {}, study, {}) == causalmm::errc::ok);
}

TEST_CASE("layer_head_map: the effect of uniform attention at one head, as the sigmoid has it", "[effect]") {
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
    std::array<estimate, layers * heads> map{};
    REQUIRE(layer_head_map(
        layers, heads, {}, [](region const& where) { return effect_of(policy::uniform{}, where, 1); }, map));
    CHECK(map[1 * heads + 0].mean == Approx(sum / samples).margin(1e-6));   // probabilities are floats
}
