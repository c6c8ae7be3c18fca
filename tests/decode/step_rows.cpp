// SPDX-License-Identifier: MIT
// Which tokens of a row a step can draw, and what stays of its bits: cases N20, N21, N33, N48 and N59.
#include <causalmm/decode/step.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <causalmm/core/finite.hpp>
#include <causalmm/sampling/multinomial.hpp>
#include <causalmm/sampling/temperature.hpp>

#include "catch.hpp"
#include "support/greedy_step.hpp"

using namespace support;
using causalmm::minus_infinity;

TEST_CASE("step: N20 N21 with gamma 0 the survivors have the bits of the factual row", "[decode]") {
    row factual = scattered(500, 4);
    factual[7] = 1e-30f;
    factual[8] = 3.0e38f;
    factual[9] = minus_infinity();
    greedy_step<1> const all{.contrast = {{0.0f}}, .plausibility = {0.0f}, .sampler = {}};
    std::vector<candidate> scratch(factual.size());
    auto const kept = all.survivors(factual, {}, scratch);
    REQUIRE(kept.status);
    REQUIRE(kept.value == 499);   // all but the forbidden one
    for (candidate const& each : std::span{scratch}.first(kept.value)) {
        CHECK(std::bit_cast<std::uint32_t>(each.logit) ==
              std::bit_cast<std::uint32_t>(factual[static_cast<std::size_t>(each.id)]));
    }
}

TEST_CASE("step: N33 a row cut to the tokenizer's size never gives a token of the padding", "[decode]") {
    row padded = scattered(32064, 5);
    for (std::size_t i = 32000; i < padded.size(); ++i) { padded[i] = 40.0f; }
    std::span<float const> const known = std::span{padded}.first(32000);
    std::vector<candidate> scratch(32064);
    greedy_step<1> const step{.contrast = {{1.0f}}, .plausibility = {0.0f}, .sampler = {}};
    auto const token = step(known, {known}, {}, scratch);
    REQUIRE(token);
    CHECK(token.value < 32000);
    CHECK(step.survivors(known, {known}, scratch).value == 32000);
}

TEST_CASE("step: N48 the tokens that can be drawn do not depend on the temperature", "[decode]") {
    namespace sampling = causalmm::sampling;
    using drawing = sampling::pipeline<sampling::multinomial, sampling::temperature>;
    using step = causalmm::decode::step<linear<1>, adaptive, drawing>;
    row const factual{2.0f, 1.5f, 1.25f, 0.0f}, counterfactual{2.0f, 0.0f, 3.0f, -90.0f};   // the cut: 2 - 0.69 = 1.31
    std::vector<candidate> scratch(4);
    for (float const temperature : {0.01f, 1.0f, 1e6f}) {
        step const one{
            .contrast = {{1.0f}}, .plausibility = {0.5f}, .sampler = {.filters = {{temperature}}, .choice = {}}};
        for (std::uint64_t at = 0; at < 200; ++at) {
            auto const token = one(factual, {counterfactual}, {.seed = 1, .sample = 2, .step = at}, scratch);
            REQUIRE((token.value == 0 || token.value == 1));
        }
    }
}

TEST_CASE("step: N59 where only the end of the answer is allowed, it is drawn", "[decode]") {
    row only_end(32000, minus_infinity());
    only_end[2] = -70.0f;
    row const other = scattered(32000, 6);
    for (float const epsilon : {0.0f, 0.1f, 1.0f}) {
        greedy_step<1> const step{.contrast = {{1.0f}}, .plausibility = {epsilon}, .sampler = {}};
        CHECK(drawn(step, only_end, {other}).value == 2);
    }
}
