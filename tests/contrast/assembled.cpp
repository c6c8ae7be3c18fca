// SPDX-License-Identifier: MIT
#include <causalmm/contrast/assembled.hpp>

#include <array>
#include <cmath>

#include <causalmm/decode/step.hpp>

#include "catch.hpp"
#include "support/greedy_step.hpp"

using causalmm::errc;
using causalmm::contrast::assembled;

static_assert(causalmm::contrast::contrast_policy<assembled<0>> && causalmm::contrast::contrast_policy<assembled<3>>);
static_assert(assembled<1>{.alpha = {2.0f}}.check());
static_assert(!assembled<2>{.alpha = {0.0f, 1.0f}}.reads(0) && assembled<2>{.alpha = {0.0f, 1.0f}}.reads(1));

TEST_CASE("assembled: values worked out by hand", "[contrast]") {
    CHECK(assembled<1>{.alpha = {2.0f}}.contrast(1.0f, std::array{-0.5f}) == 0.0f);               // 1 - 1
    CHECK(assembled<1>{.alpha = {0.5f}}.contrast(-1.0f, std::array{3.0f}) == 0.5f);               // -1 + 1.5
    CHECK(assembled<2>{.alpha = {1.0f, 3.0f}}.contrast(2.0f, std::array{4.0f, -1.0f}) == 3.0f);   // 2 + 4 - 3
    CHECK(assembled<0>{}.contrast(3.14159f, {}) == 3.14159f);
}

TEST_CASE("assembled: a branch that agrees multiplies the row by 1 + alpha", "[contrast]") {
    for (float const l : {-4.0f, -0.25f, 0.0f, 9.5f}) {
        CHECK(assembled<1>{.alpha = {2.0f}}.contrast(l, std::array{l}) == 3.0f * l);
    }
}

TEST_CASE("assembled: in a step the branch's own plausible token wins, whatever constant its row carries",
          "[contrast]") {
    using step = causalmm::decode::step<assembled<1>, support::adaptive, support::sampler>;
    step const agla{.contrast = {.alpha = {2.0f}}, .plausibility = {.epsilon = 0.5f}, .sampler = {}};
    support::row const factual{2.0f, 1.75f, 1.0f};   // cutoff 2 + log 0.5 = 1.31
    for (float const constant : {0.0f, -100.0f, 64.0f}) {
        support::row const focused{constant, constant + 1.0f, constant + 9.0f};
        CHECK(support::drawn(agla, factual, {focused}).value == 1);   // 2 + 0 against 1.75 + 2; token 2 is implausible
    }
}

TEST_CASE("assembled: N30 an alpha that is negative or not finite is a bad parameter, wherever it stands",
          "[contrast]") {
    for (float const bad : {-0.5f, -1.2e-38f, support::quiet_nan, support::infinity, -support::infinity}) {
        INFO(bad);
        CHECK(assembled<1>{.alpha = {bad}}.check() == errc::bad_parameter);
        CHECK(assembled<3>{.alpha = {1.0f, 0.0f, bad}}.check() == errc::bad_parameter);
    }
    for (float const good : {0.0f, -0.0f, 2.0f, 100.0f}) { CHECK(assembled<1>{.alpha = {good}}.check()); }
}
