// SPDX-License-Identifier: MIT
#include <causalmm/core/philox_lanes.hpp>

#include <vector>

#include "catch.hpp"
#include "support/philox.hpp"

using causalmm::index_t;
namespace detail = causalmm::detail;

namespace {

/// What sixteen evaluations side by side give, by evaluation and word.
template <int Rounds, class Counter>
std::vector<oracle::words4> evaluated(Counter const& counter, oracle::words2 key) {
    std::vector<oracle::words4> words(16);
    detail::philox_lanes<Rounds>(counter, key, [&](index_t word, index_t from, detail::lane_uints const x) {
        for (index_t lane = 0; lane < causalmm::lane_count; ++lane) {
            words[static_cast<std::size_t>(from + lane)][static_cast<std::size_t>(word)] = x[lane];
        }
    });
    return words;
}

/// counter(i) gives the words of evaluation i, or those of the evaluations in the lanes of i.
template <int Rounds, class Counter>
void check(Counter const& counter, oracle::words2 key) {
    auto const words = evaluated<Rounds>(counter, key);
    for (std::uint64_t i = 0; i < 16; ++i) {
        INFO(Rounds << " rounds, evaluation " << i);
        auto const [a, b, c, d] = counter(i);
        CHECK(words[i] ==
              oracle::philox({oracle::low(a), oracle::low(b), oracle::low(c), oracle::low(d)}, key, Rounds));
    }
}

}   // namespace

TEST_CASE("philox_lanes: products of the lower halves, whatever the upper halves hold", "[core]") {
    detail::lane_pairs a = {}, b = {};
    for (index_t lane = 0; lane < causalmm::lane_count / 2; ++lane) {
        a[lane] = 0xdeadbeef00000000u + 0xffffffffu - static_cast<std::uint64_t>(lane);
        b[lane] = 0x0123456700000000u + 0xfffffff0u + static_cast<std::uint64_t>(lane);
    }
    detail::lane_pairs const product = detail::lower_products(a, b);
    for (index_t lane = 0; lane < causalmm::lane_count / 2; ++lane) {
        CHECK(product[lane] == (a[lane] & 0xffffffffu) * (b[lane] & 0xffffffffu));
    }
}

TEST_CASE("philox_lanes: sixteen evaluations as one at a time has them, whichever words change", "[core]") {
    using detail::philox_words;
    std::uint64_t const a = 0x243f6a88, b = 0x85a308d3, c = 0x13198a2e, d = 0x03707344;
    oracle::words2 const key{0xa4093822, 0x299f31d0};
    check<7>([=](auto i) { return philox_words{a + i, b, c, d}; }, key);
    check<7>([=](auto i) { return philox_words{a, b + i, c, d}; }, key);
    check<7>([=](auto i) { return philox_words{a, b, c + i, d}; }, key);
    check<7>([=](auto i) { return philox_words{a, b, c, d + i}; }, key);
    check<7>([=](auto i) { return philox_words{a + i, b + i, c + i, d + i}; }, key);
    check<10>([=](auto i) { return philox_words{a + i, b, c, d}; }, key);
    check<10>([=](auto i) { return philox_words{0xfffffff8u + i, 0u, c, d}; }, key);   // past 2^32
}

TEST_CASE("philox_lanes: halves of lanes become odd multiples of a unit, without the other half", "[core]") {
    for (std::uint32_t const half : {0u, 1u, 255u, 0x7fffu, 0x8000u, 0xffffu}) {
        for (std::uint32_t const beside : {0u, 1u, 0x8000u, 0xffffu}) {
            double const expected = 0.25 * (2.0 * half + 1.0);
            detail::lane_uints const lower = detail::lane_uints{} + (beside << 16 | half);
            detail::lane_uints const upper = detail::lane_uints{} + (half << 16 | beside);
            CHECK(static_cast<double>(detail::half_lanes(lower, false, 0.25f)[0]) == expected);
            CHECK(static_cast<double>(detail::half_lanes(upper, true, 0.25f)[causalmm::lane_count - 1]) == expected);
        }
    }
}
