// SPDX-License-Identifier: MIT
#include <causalmm/intervention/amplified.hpp>

#include <cmath>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::errc;
using causalmm::intervention::amplified;

static_assert(causalmm::intervention::score_policy<amplified>);
static_assert(amplified::name == "amplified");
static_assert(amplified{}.alpha == 0.2f && amplified{}.check());

TEST_CASE("amplified: scores of either sign go up by alpha times their size", "[intervention]") {
    auto const half = amplified{.alpha = 0.5f}.score({});
    CHECK(half(0, 2.0f) == 3.0f);     // 2 + 0.5 * 2
    CHECK(half(0, -2.0f) == -1.0f);   // -2 + 0.5 * 2
    CHECK(half(0, 0.0f) == 0.0f);
    auto const twice = amplified{.alpha = 2.0f}.score({});
    CHECK(twice(0, -1.5f) == 1.5f);   // -1.5 + 2 * 1.5
    CHECK(twice(7, 0.25f) == 0.75f);
}

TEST_CASE("amplified: a negative alpha takes the same away, 0 changes nothing", "[intervention]") {
    auto const away = amplified{.alpha = -0.25f}.score({});
    CHECK(away(0, 4.0f) == 3.0f);
    CHECK(away(0, -4.0f) == -5.0f);
    auto const nothing = amplified{.alpha = 0.0f}.score({});
    for (float const s : {-30.0f, -1e-40f, 0.0f, 0.1f, 88.0f}) { CHECK(nothing(0, s) == s); }
}

TEST_CASE("amplified: a masked score stays masked for every alpha", "[intervention]") {
    for (float const alpha : {-1.0f, 0.0f, 0.2f, 1.0f, 3.0f}) {
        CHECK(causalmm::is_minus_infinity(amplified{.alpha = alpha}.score({})(0, causalmm::minus_infinity())));
    }
}

TEST_CASE("amplified: an infinite or NaN alpha is a bad parameter", "[intervention]") {
    for (float const bad : {support::quiet_nan, support::infinity, -support::infinity}) {
        CHECK(amplified{.alpha = bad}.check() == errc::bad_parameter);
    }
    for (float const good : {-1.0f, 0.0f, 0.5f, 100.0f}) { CHECK(amplified{.alpha = good}.check()); }
}
