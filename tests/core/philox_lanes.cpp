// SPDX-License-Identifier: MIT
#include <causalmm/core/philox_lanes.hpp>

#include <vector>

#include "catch.hpp"
#include "support/philox.hpp"

using causalmm::index_t;
namespace detail = causalmm::detail;

namespace {

/// What sixteen evaluations side by side give, by evaluation and word.
template <int Rounds>
std::vector<oracle::words4> evaluated(detail::counter_steps const& counters, oracle::words2 key) {
    std::vector<oracle::words4> words(16);
    detail::philox_lanes<Rounds>(counters, key, [&](index_t word, index_t from, detail::lane_uints const x) {
        for (index_t lane = 0; lane < causalmm::lane_count; ++lane) {
            words[static_cast<std::size_t>(from + lane)][static_cast<std::size_t>(word)] = x[lane];
        }
    });
    return words;
}

template <int Rounds>
void check(detail::counter_steps const& counters, oracle::words2 key) {
    auto const words = evaluated<Rounds>(counters, key);
    for (std::uint32_t i = 0; i < 16; ++i) {
        INFO(Rounds << " rounds, evaluation " << i);
        CHECK(words[i] ==
              oracle::philox({counters.first[0] + i * counters.step[0], counters.first[1] + i * counters.step[1],
                              counters.first[2], counters.first[3]},
                             key, Rounds));
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

TEST_CASE("philox_lanes: sixteen evaluations as one at a time has them, along either counter", "[core]") {
    oracle::words2 const key{0xa4093822, 0x299f31d0};
    for (std::array<std::uint32_t, 2> const step : {std::array{1u, 0u}, std::array{0u, 1u}, std::array{3u, 7u}}) {
        check<7>({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, step}, key);
        check<10>({{16, 576, 15, 23}, step}, key);
    }
    check<1>({{1, 2, 3, 4}, {1, 0}}, {5, 6});
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
