// SPDX-License-Identifier: MIT
#include <causalmm/plausibility/adaptive.hpp>

#include <cmath>

#include <causalmm/core/finite.hpp>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::errc;
using causalmm::plausibility::adaptive;

static_assert(causalmm::plausibility::plausibility_policy<adaptive>);
static_assert(adaptive{.epsilon = 1.5f}.check() == errc::bad_parameter);

TEST_CASE("adaptive: the cutoff is max + log epsilon", "[plausibility]") {
    // log 0.1 and log 0.6 from a table; a float near 30 is rounded to 2^-20.
    CHECK(adaptive{.epsilon = 0.1f}.cutoff(0.0f) == Approx(-2.302585093).margin(3e-7));
    CHECK(adaptive{.epsilon = 0.1f}.cutoff(30.0f) == Approx(27.697414907).margin(3e-6));
    CHECK(adaptive{.epsilon = 0.6f}.cutoff(-7.5f) == Approx(-8.010825624).margin(1e-6));
    CHECK(adaptive{}.epsilon == 0.1f);
}

TEST_CASE("adaptive: N40 epsilon 0 cuts nothing", "[plausibility]") {
    for (float const top : {-3.0e38f, 0.0f, 3.0e38f}) {
        CHECK(causalmm::is_minus_infinity(adaptive{.epsilon = 0.0f}.cutoff(top)));
        CHECK(causalmm::is_minus_infinity(adaptive{.epsilon = -0.0f}.cutoff(top)));
    }
    CHECK(adaptive{.epsilon = 0.0f}.check());
    CHECK(adaptive{.epsilon = -0.0f}.check());
}

TEST_CASE("adaptive: N41 epsilon 1 keeps the maximum itself, bit for bit", "[plausibility]") {
    for (float const top : {-3.0e38f, -7.25f, 0.0f, 1e-40f, 30.1f, 3.0e38f}) {
        CHECK(adaptive{.epsilon = 1.0f}.cutoff(top) == top);
    }
}

TEST_CASE("adaptive: the cutoff never exceeds the maximum, so one token always stays", "[plausibility]") {
    for (float const epsilon : {1e-30f, 0.1f, 0.5f, 0.99999994f, 1.0f}) {
        for (float const top : {-3.0e38f, -1e8f, -1.0f, -0.0f, 0.0f, 1e-30f, 1.0f, 1e8f, 3.0e38f}) {
            INFO(epsilon << " " << top);
            CHECK(adaptive{epsilon}.cutoff(top) <= top);
            CHECK_FALSE(causalmm::is_minus_infinity(adaptive{epsilon}.cutoff(top)));
        }
    }
}

TEST_CASE("adaptive: N44 the smallest epsilon is legal", "[plausibility]") {
    adaptive const smallest{.epsilon = 1e-45f};   // 2^-149
    CHECK(smallest.check());
    // log 2^-149 = -103.2789; where subnormals count as zero it is epsilon 0, and cuts nothing.
    float const cutoff = smallest.cutoff(0.0f);
    CHECK((causalmm::is_minus_infinity(cutoff) || std::fabs(cutoff + 103.2789f) < 1e-3f));
}

TEST_CASE("adaptive: N42 N43 an epsilon outside [0, 1] is a bad parameter", "[plausibility]") {
    for (float const bad :
         {-0.1f, -1.2e-38f, 1.0000001f, 1.5f, support::quiet_nan, support::infinity, -support::infinity}) {
        INFO(bad);
        CHECK(adaptive{.epsilon = bad}.check() == errc::bad_parameter);
    }
    for (float const good : {0.1f, 0.6f, 1.0f}) { CHECK(adaptive{.epsilon = good}.check()); }
}
