// SPDX-License-Identifier: MIT
#include <causalmm/intervention/knockout.hpp>

#include <cmath>

#include <causalmm/core/softmax.hpp>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::is_minus_infinity;
using causalmm::intervention::knockout;

static_assert(causalmm::intervention::score_policy<knockout>);
static_assert(knockout::name == "knockout");
static_assert(knockout{}.check());
static_assert(is_minus_infinity(knockout{}.score({})(0, 1.0f)));

TEST_CASE("knockout: the keys that are left share the mass as the softmax without the others does", "[intervention]") {
    auto const out = knockout{}.score({});
    float row[4] = {0.0f, out(1, 5.0f), std::log(3.0f), out(3, -2.0f)};
    causalmm::row_stats const stats = causalmm::softmax(row, 4);
    CHECK(row[0] == Approx(0.25).epsilon(1e-6));   // 1 / (1 + 3)
    CHECK(row[1] == 0.0f);
    CHECK(row[2] == Approx(0.75).epsilon(1e-6));
    CHECK(row[3] == 0.0f);
    CHECK(stats.lse == Approx(std::log(4.0)).epsilon(1e-6));
}

TEST_CASE("knockout: N01 a row that loses every key is a row of zeros with lse = -infinity", "[intervention]") {
    auto const out = knockout{}.score({});
    float row[3] = {out(0, 5.0f), out(1, 0.0f), out(2, support::quiet_nan)};
    causalmm::row_stats const stats = causalmm::softmax(row, 3);
    for (float const w : row) { CHECK(w == 0.0f); }
    CHECK(stats.visible == 0);
    CHECK(is_minus_infinity(stats.lse));
}
