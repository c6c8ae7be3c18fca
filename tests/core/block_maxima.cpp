// SPDX-License-Identifier: MIT
#include <causalmm/core/block_maxima.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "support/tensor.hpp"

using causalmm::index_t;
using causalmm::detail::block_maxima;

namespace {

constexpr std::uint32_t plus_infinity = 0x7f800000u, minus_infinity = 0xff800000u;

std::vector<float> scattered(std::size_t count, float low, float high) {
    std::vector<float> row(count);
    support::numbers next{count};
    for (float& x : row) { x = next.in(low, high); }
    return row;
}

using found = std::vector<std::pair<index_t, float>>;

found above(std::vector<float> const& row, float threshold) {
    found all;
    block_maxima(row).for_each_from(threshold, [&](index_t i, float x) { all.emplace_back(i, x); });
    return all;
}

}   // namespace

TEST_CASE("block_maxima: the largest element, and all from any threshold on, in order", "[core]") {
    for (std::size_t const count : {1u, 2u, 63u, 64u, 65u, 511u, 512u, 513u, 32000u, 151936u, 600000u}) {
        INFO(count);
        std::vector<float> const row = scattered(count, -9.0f, -1.0f);
        float const top = *std::max_element(row.begin(), row.end());
        CHECK(block_maxima(row).top() == top);
        CHECK_FALSE(block_maxima(row).foul());
        for (float const threshold : {top, top - 0.01f, -5.0f, -10.0f}) {
            found expected;
            for (std::size_t i = 0; i < count; ++i) {
                if (row[i] >= threshold) { expected.emplace_back(static_cast<index_t>(i), row[i]); }
            }
            CHECK(above(row, threshold) == expected);
        }
        CHECK(above(row, 0.0f).empty());
    }
}

TEST_CASE("block_maxima: NaN of either sign and +infinity are foul wherever they stand, -infinity is not", "[core]") {
    for (std::size_t const count : {1u, 17u, 64u, 512u, 1300u}) {
        for (std::size_t at = 0; at<count; at += count> 100 ? 37 : 1) {
            std::vector<float> row = scattered(count, -9.0f, 9.0f);
            for (std::uint32_t const bits : {plus_infinity, 0x7fc00000u, 0xffc00000u, 0x7f800001u, 0xff800001u}) {
                row[at] = std::bit_cast<float>(bits);
                if (!block_maxima(row).foul()) { FAIL_CHECK(count << ": " << at << ", bits " << bits); }
            }
            row[at] = std::bit_cast<float>(minus_infinity);
            if (block_maxima(row).foul()) { FAIL_CHECK(count << ": -infinity at " << at); }
        }
    }
}

TEST_CASE("block_maxima: sums that overflow are not foul", "[core]") {
    float const most = std::numeric_limits<float>::max();
    for (float const x : {most, -most}) {
        std::vector<float> row(700, x);
        CHECK_FALSE(block_maxima(row).foul());
        row[600] = -x;   // infinity - infinity
        CHECK_FALSE(block_maxima(row).foul());
        CHECK(block_maxima(row).top() == most);
    }
}

TEST_CASE("block_maxima: a row without a possible token, or without any, has -infinity on top", "[core]") {
    std::vector<float> const none(513, std::bit_cast<float>(minus_infinity));
    CHECK(std::bit_cast<std::uint32_t>(block_maxima(none).top()) == minus_infinity);
    CHECK_FALSE(block_maxima(none).foul());
    CHECK(std::bit_cast<std::uint32_t>(block_maxima({}).top()) == minus_infinity);
}
