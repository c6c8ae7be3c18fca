// SPDX-License-Identifier: MIT
#include <causalmm/plausibility/largest.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::is_minus_infinity;
using causalmm::minus_infinity;
using causalmm::plausibility::largest;

TEST_CASE("largest: are the first of the sorted row, for any count, length and order", "[plausibility]") {
    std::uint32_t seed = 1;
    for (std::size_t const length : {1u, 2u, 63u, 64u, 65u, 1000u}) {
        std::vector<float> row(length);
        for (float& logit : row) {
            seed = seed * 1664525u + 1013904223u;
            logit = static_cast<float>(seed >> 28);   // 16 values: many ties
        }
        std::vector<float> sorted = row;
        std::sort(sorted.begin(), sorted.end(), std::greater<>{});
        for (auto const& order : {row, sorted, std::vector<float>(sorted.rbegin(), sorted.rend())}) {
            for (std::size_t const count : {1u, 2u, 20u, 64u}) {
                largest const found(order, count);
                REQUIRE(found.size() == count);
                for (std::size_t i = 0; i < count; ++i) {
                    if (i < length) {
                        CHECK(found[i] == sorted[i]);
                    } else {
                        CHECK(is_minus_infinity(found[i]));
                    }
                }
            }
        }
    }
}

TEST_CASE("largest: forbidden tokens are not among them", "[plausibility]") {
    largest const found(std::array{minus_infinity(), -3.0e38f, minus_infinity()}, 2);
    CHECK(found[0] == -3.0e38f);
    CHECK(is_minus_infinity(found[1]));
}
