// SPDX-License-Identifier: MIT
#include <causalmm/decode/log_total.hpp>

#include <cmath>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::errc;
using causalmm::decode::log_total;
using support::candidates;
using support::infinity;
using support::quiet_nan;

TEST_CASE("log_total: what makes the probabilities of the candidates add up to one", "[decode]") {
    CHECK(log_total(candidates({7.0f})).value == 7.0);
    CHECK(log_total(candidates({0.0f, 0.0f, 0.0f, 0.0f})).value == Approx(std::log(4.0)).epsilon(1e-15));
    CHECK(log_total(candidates({1.0f, 2.0f})).value == Approx(2.0 + std::log1p(std::exp(-1.0))).epsilon(1e-15));
    CHECK(log_total(candidates({-infinity, 3.0f, -infinity})).value == 3.0);
}

TEST_CASE("log_total: logits far from zero neither overflow nor vanish", "[decode]") {
    CHECK(log_total(candidates({3.0e38f, 3.0e38f})).value == Approx(3.0e38f));
    CHECK(log_total(candidates({-1000.0f, -1000.0f})).value == Approx(-1000.0 + std::log(2.0)).epsilon(1e-15));
    CHECK(log_total(candidates({3.0e38f, -3.0e38f})).value == double{3.0e38f});
}

TEST_CASE("log_total: no probability and no number are told apart", "[decode]") {
    CHECK(log_total({}).status == errc::empty_support);
    CHECK(log_total(candidates({-infinity, -infinity})).status == errc::empty_support);
    CHECK(log_total(candidates({1.0f, quiet_nan})).status == errc::non_finite_factual);
    CHECK(log_total(candidates({infinity, 1.0f})).status == errc::non_finite_factual);
    CHECK(log_total(candidates({-infinity, quiet_nan})).status == errc::non_finite_factual);
}
