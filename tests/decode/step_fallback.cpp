// SPDX-License-Identifier: MIT
// A step is strict: what holds no answer is an error. What a host that must go on does instead is its own choice, a few lines
// around the step: the fallbacks of cases N24, N26 and N46. What the formula itself gives, NaN included, is released::contrast.
#include <causalmm/decode/step.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include <causalmm/core/finite.hpp>

#include "catch.hpp"
#include "support/greedy_step.hpp"

using namespace support;
using causalmm::minus_infinity;

namespace {

/// N26, N46: the factual row's largest logit, the first of several, where the step gives no token; counts how often.
token or_factual(causalmm::result<token> const& next, row const& factual, int& fallbacks) {
    if (next) { return next.value; }
    ++fallbacks;
    return static_cast<token>(std::ranges::max_element(factual) - factual.begin());
}

/// N24: a branch says nothing of a token that is minus infinity to it: it counts there as the factual branch does, both taken from
/// their largest logit among the survivors.
auto silent_at_minus_infinity(std::span<candidate const> kept, row const& counterfactual) {
    float top = minus_infinity(), factual_top = minus_infinity();
    for (candidate const& each : kept) {
        factual_top = std::max(factual_top, each.logit);
        top = std::max(top, counterfactual[static_cast<std::size_t>(each.id)]);
    }
    std::vector<float> logits;
    for (candidate const& each : kept) {
        float const other = counterfactual[static_cast<std::size_t>(each.id)];
        logits.push_back(causalmm::is_minus_infinity(other) ? each.logit - factual_top + top : other);
    }
    return [logits](std::size_t /*branch*/, std::size_t i) noexcept { return logits[i]; };
}

}   // namespace

TEST_CASE("step_fallback: N26 N46 where the step gives no token, the host takes the factual row's largest",
          "[decode]") {
    greedy_step<1> const step{.contrast = {{1.0f}}, .plausibility = {0.1f}, .sampler = {}};
    row const counterfactual{0.0f, 3.0f, 0.0f, 0.0f}, good{1.0f, 2.0f, 1.5f, -9.0f},
        overflowed{1.0f, 2.0f, infinity, infinity};
    std::vector<candidate> scratch(4);
    auto const forbid = [](std::span<candidate>) { return std::size_t{0}; };
    int fallbacks = 0;
    CHECK(or_factual(drawn(step, good, {counterfactual}), good, fallbacks) == 2);
    CHECK(fallbacks == 0);
    CHECK(or_factual(drawn(step, overflowed, {counterfactual}), overflowed, fallbacks) == 2);
    CHECK(or_factual(step(good, {counterfactual}, {}, scratch, forbid), good, fallbacks) == 1);
    CHECK(fallbacks == 2);
}

TEST_CASE("step_fallback: N24 a counterfactual minus infinity at a kept token drops that branch's term there",
          "[decode]") {
    greedy_step<1> const step{.contrast = {{0.5f}}, .plausibility = {0.1f}, .sampler = {}};
    row const factual{2.0f, 1.0f, 1.5f, -9.0f};
    row const counterfactual{4.0f, minus_infinity(), 1.0f, 0.0f};
    std::vector<candidate> scratch(4);
    auto const kept = step.cut(factual, scratch);
    REQUIRE(kept);
    std::span<candidate> const all = std::span{scratch}.first(kept.value);
    REQUIRE(ids({all.begin(), all.end()}) == tokens{0, 1, 2});
    REQUIRE(step.combine(all, silent_at_minus_infinity(all, counterfactual)));
    // 1.5 (l - 2) - 0.5 (l' - 4), and l - 2 where there is no l'.
    CHECK(all[0].logit == 0.0f);
    CHECK(all[1].logit == -1.0f);
    CHECK(all[2].logit == 0.75f);
    CHECK(step.draw(all, causalmm::sampling::draw{}).value == 2);
}
