// SPDX-License-Identifier: MIT
#include <causalmm/core/row_scan.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "support/tensor.hpp"

using causalmm::index_t;
using causalmm::lane_count;
using causalmm::lanes;
namespace detail = causalmm::detail;

namespace {

std::vector<float> scattered(index_t count, float low, float high) {
    std::vector<float> row(static_cast<std::size_t>(count));
    support::numbers next{static_cast<std::uint64_t>(count)};
    for (float& x : row) { x = next.in(low, high); }
    return row;
}

bool finite_bits(float x) { return (std::bit_cast<std::uint32_t>(x) & 0x7f800000u) != 0x7f800000u; }

}   // namespace

TEST_CASE("row_scan: folding meets every lane once", "[core]") {
    lanes powers = {};
    for (index_t lane = 0; lane < lane_count; ++lane) { powers[lane] = static_cast<float>(1 << lane); }
    CHECK(detail::fold_lanes(powers, detail::sum{}) == static_cast<float>((1 << lane_count) - 1));
    for (index_t lane = 0; lane < lane_count; ++lane) {
        lanes one = causalmm::splat(-3.0f);
        one[lane] = -2.0f;
        CHECK(detail::fold_lanes(one, detail::larger{}) == -2.0f);
    }
}

TEST_CASE("row_scan: maximum and sum of every piece of a row, whatever stands beside it", "[core]") {
    for (index_t const size : {1, 2, 3, 5, 15, 16, 17, 31, 63, 64, 65, 130, 577, 1000}) {
        for (index_t const begin : {0, 1, 7}) {
            INFO(begin << " + " << size);
            std::vector<float> row =
                scattered(begin + size + 70, -2.0f, -1.0f);   // below 0: lanes without a number show
            std::fill(row.begin(), row.begin() + begin, 9.0f);
            std::fill(row.begin() + begin + size, row.end(), std::numeric_limits<float>::quiet_NaN());
            double sum = 0.0;
            float largest = -3.0f;
            for (index_t i = begin; i < begin + size; ++i) {
                sum += static_cast<double>(row[static_cast<std::size_t>(i)]);
                largest = std::max(largest, row[static_cast<std::size_t>(i)]);
            }
            auto const part = detail::scan(detail::float_row{row.data()}, begin, begin + size);
            CHECK(part.top() == largest);
            CHECK(static_cast<double>(part.total()) == Approx(sum).epsilon(1e-6));
        }
    }
}

TEST_CASE("row_scan: one NaN or infinity anywhere leaves no finite sum", "[core]") {
    for (index_t const size : {1, 16, 17, 64, 65, 99}) {
        for (index_t bad = 0; bad < size; ++bad) {
            for (std::uint32_t const bits : {0x7f800000u, 0xff800000u, 0x7fc00000u, 0xffc00000u, 0x7f800001u}) {
                std::vector<float> row = scattered(size, 0.0f, 1.0f);
                row[static_cast<std::size_t>(bad)] = std::bit_cast<float>(bits);
                auto const part = detail::scan(detail::float_row{row.data()}, 0, size);
                if (finite_bits(part.total())) { FAIL_CHECK(size << ": " << bad << ", bits " << bits); }
            }
        }
    }
}

TEST_CASE("row_scan: an empty piece has no largest element and the sum 0", "[core]") {
    auto const part = detail::scan(detail::float_row{nullptr}, 0, 0);
    CHECK(std::bit_cast<std::uint32_t>(part.top()) == 0xff800000u);
    CHECK(part.total() == 0.0f);
}

TEST_CASE("row_scan: of 64 elements a bit for each that reaches the threshold, ties and infinities included",
          "[core]") {
    std::vector<float> row = scattered(64, -1.0f, 1.0f);
    row[5] = std::bit_cast<float>(0xff800000u);
    row[31] = row[32] = row[63] = 0.25f;
    for (float const threshold : {-2.0f, -0.5f, 0.25f, 2.0f}) {
        std::uint64_t expected = 0;
        for (std::size_t i = 0; i < row.size(); ++i) {
            expected |= (i != 5 && row[i] >= threshold ? std::uint64_t{1} : std::uint64_t{0}) << i;
        }
        CHECK(detail::reaching(row.data(), threshold) == expected);
    }
    CHECK(detail::reaching(row.data(), std::bit_cast<float>(0xff800000u)) == ~std::uint64_t{0});
}
