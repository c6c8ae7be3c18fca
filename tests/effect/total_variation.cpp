// SPDX-License-Identifier: MIT
#include <causalmm/effect/total_variation.hpp>

#include <array>
#include <cmath>
#include <vector>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::errc;
using causalmm::effect::total_variation;

TEST_CASE("total_variation: values worked out by hand", "[effect]") {
    CHECK(total_variation(std::array{0.5f, 0.25f, 0.25f}, std::array{0.25f, 0.5f, 0.25f}).value == 0.25);
    CHECK(total_variation(std::array{1.0f, 0.0f}, std::array{0.0f, 1.0f}).value == 1.0);
    CHECK(total_variation(std::array{0.3f, 0.7f}, std::array{0.3f, 0.7f}).value == 0.0);
}

TEST_CASE("total_variation: is the largest change of an event's probability", "[effect]") {
    std::array const p{0.5f, 0.125f, 0.25f, 0.125f}, q{0.125f, 0.25f, 0.125f, 0.5f};
    double largest = 0.0;
    for (unsigned event = 0; event < 16; ++event) {
        double change = 0.0;
        for (unsigned o = 0; o < 4; ++o) { change += (event >> o & 1u) != 0 ? double{p[o]} - double{q[o]} : 0.0; }
        largest = std::max(largest, std::abs(change));
    }
    CHECK(total_variation(p, q).value == largest);
    CHECK(total_variation(q, p).value == largest);
}

TEST_CASE("total_variation: rows that do not fit or are not finite are refused", "[effect]") {
    std::vector<float> const two{0.5f, 0.5f};
    CHECK(total_variation(two, std::array{1.0f}).status == errc::shape_mismatch);
    CHECK(total_variation({}, {}).status == errc::empty_support);
    for (float const bad : {support::quiet_nan, support::infinity}) {
        CHECK(total_variation(std::array{0.5f, bad}, two).status == errc::non_finite_factual);
        CHECK(total_variation(two, std::array{0.5f, bad}).status == errc::non_finite_counterfactual);
    }
}
