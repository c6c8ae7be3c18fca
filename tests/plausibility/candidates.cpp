// SPDX-License-Identifier: MIT
#include <causalmm/plausibility/candidates.hpp>

#include <array>
#include <cmath>
#include <vector>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::errc;
using policy = causalmm::plausibility::candidates;   // beside support::candidates

static_assert(causalmm::plausibility::plausibility_policy<policy>);
static_assert(policy{}.k == 20 && policy{}.p == 0.9f && policy{}.check());

namespace {

/// Logits of the probabilities 0.5, 0.3, 0.15, 0.05, not in this order, and a forbidden token.
std::vector<float> const row{std::log(0.15f) + 9, std::log(0.5f) + 9, causalmm::minus_infinity(), std::log(0.05f) + 9,
                             std::log(0.3f) + 9};
float const top = row[1];

}   // namespace

TEST_CASE("candidates: the fewest tokens that hold p, by hand", "[plausibility]") {
    CHECK(policy{.p = 0.4f}.cutoff(row, top) == row[1]);
    CHECK(policy{.p = 0.6f}.cutoff(row, top) == row[4]);
    CHECK(policy{.p = 0.9f}.cutoff(row, top) == row[0]);   // 0.95 >= 0.9
    CHECK(policy{.p = 0.99f}.cutoff(row, top) == row[3]);
    CHECK(policy{.p = 0.0f}.cutoff(row, top) == row[1]);   // one always stays
}

TEST_CASE("candidates: at most k, and p 1 is k alone", "[plausibility]") {
    CHECK(policy{.k = 2, .p = 0.9f}.cutoff(row, top) == row[4]);
    CHECK(policy{.k = 1, .p = 0.9f}.cutoff(row, top) == row[1]);
    CHECK(policy{.k = 3, .p = 1.0f}.cutoff(row, top) == row[0]);
    CHECK(causalmm::is_minus_infinity(policy{.k = 20, .p = 1.0f}.cutoff(row, top)));   // fewer than 20 are allowed
}

TEST_CASE("candidates: the probabilities are those of the whole row", "[plausibility]") {
    std::vector<float> flat(1000, 0.0f);   // 0.001 each: 64 of them hold 0.064
    flat[500] = 1e-3f;
    CHECK(policy{.k = 64, .p = 0.9f}.cutoff(flat, 1e-3f) == 0.0f);   // a tie keeps all
    flat[500] = 8.0f;                                                // e^8 / (999 + e^8) = 0.749
    CHECK(policy{.k = 64, .p = 0.74f}.cutoff(flat, 8.0f) == 8.0f);
    CHECK(policy{.k = 64, .p = 0.76f}.cutoff(flat, 8.0f) == 0.0f);
}

TEST_CASE("candidates: N57 a p outside [0, 1] or no token is a bad parameter, more than 64 out of capacity",
          "[plausibility]") {
    for (float const bad : {-0.1f, 1.0000001f, support::quiet_nan, support::infinity}) {
        CHECK(policy{.p = bad}.check() == errc::bad_parameter);
    }
    CHECK(policy{.k = 0}.check() == errc::bad_parameter);
    CHECK(policy{.k = 64}.check() == errc::ok);
    CHECK(policy{.k = 65}.check() == errc::out_of_capacity);
}
