// SPDX-License-Identifier: MIT
#include <causalmm/intervention/tempered.hpp>

#include <cmath>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::errc;
using causalmm::intervention::tempered;

static_assert(causalmm::intervention::score_policy<tempered>);
static_assert(tempered::name == "tempered");
static_assert(tempered{}.temperature == 2.0f && tempered{}.check());

TEST_CASE("tempered: scores are divided by the temperature", "[intervention]") {
    auto const flat = tempered{.temperature = 4.0f}.score({});
    CHECK(flat(0, 2.0f) == 0.5f);
    CHECK(flat(3, -6.0f) == -1.5f);
    CHECK(tempered{.temperature = 0.5f}.score({})(0, 3.0f) == 6.0f);
    CHECK(tempered{.temperature = 1.0f}.score({})(0, 0.1f) == 0.1f);
    CHECK(causalmm::is_minus_infinity(flat(0, causalmm::minus_infinity())));
}

TEST_CASE("tempered: at temperature 2 a row's weights become their square roots, renormalised", "[intervention]") {
    // w = {0.64, 0.36}: square roots 0.8 and 0.6, so 4/7 and 3/7.
    auto const half = tempered{.temperature = 2.0f}.score({});
    float row[2] = {half(0, std::log(0.64f)), half(1, std::log(0.36f))};
    (void)causalmm::softmax(row, 2);
    CHECK(row[0] == Approx(4.0 / 7.0).epsilon(1e-6));
    CHECK(row[1] == Approx(3.0 / 7.0).epsilon(1e-6));
}

TEST_CASE("tempered: VAF's enhancement is the temperature 1 / 1.15", "[intervention]") {
    auto const enhanced = tempered{.temperature = 1.0f / 1.15f}.score({});
    CHECK(enhanced(0, 2.0f) == Approx(2.3).epsilon(1e-6));
    CHECK(enhanced(0, -2.0f) == Approx(-2.3).epsilon(1e-6));   // a score below 0 is lowered, as VAF lowers it
}

TEST_CASE("tempered: a temperature that is 0, negative or not finite is a bad parameter", "[intervention]") {
    for (float const bad : {0.0f, -0.0f, -1.0f, support::quiet_nan, support::infinity, -support::infinity}) {
        INFO(bad);
        CHECK(tempered{.temperature = bad}.check() == errc::bad_parameter);
    }
    for (float const good : {1e-3f, 0.5f, 1.0f, 1e6f}) { CHECK(tempered{.temperature = good}.check()); }
}
