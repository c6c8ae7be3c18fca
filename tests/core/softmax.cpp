// SPDX-License-Identifier: MIT
#include <causalmm/core/softmax.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "catch.hpp"

using causalmm::index_t;
using causalmm::row_stats;
using causalmm::softmax;

namespace {

float const infinity = std::numeric_limits<float>::infinity();
float const not_a_number = std::numeric_limits<float>::quiet_NaN();

struct expectation {
    std::vector<double> weights;
    double lse = 0.0;
    double largest = 0.0;
};

/// The formula in double: no vectors, no lanes, largest score subtracted.
expectation formula(std::vector<float> const& scores) {
    double top = -HUGE_VAL, total = 0.0;
    for (float const s : scores) { top = std::max(top, static_cast<double>(s)); }
    for (float const s : scores) { total += std::exp(static_cast<double>(s) - top); }
    expectation e{.weights = {}, .lse = top + std::log(total), .largest = 1.0 / total};
    for (float const s : scores) { e.weights.push_back(std::exp(static_cast<double>(s) - top) / total); }
    return e;
}

row_stats run(std::vector<float>& row) { return softmax(row.data(), static_cast<index_t>(row.size())); }

std::vector<float> wavy(std::size_t count, float height) {
    std::vector<float> row(count);
    for (std::size_t i = 0; i < count; ++i) { row[i] = height * std::sin(static_cast<float>(i * i % 97)); }
    return row;
}

double total(std::vector<float> const& row) {
    double sum = 0.0;
    for (float const w : row) { sum += static_cast<double>(w); }
    return sum;
}

// By bits: the tests hold under -ffast-math too, where std::isnan may not.
bool nan_bits(float x) { return (std::bit_cast<std::uint32_t>(x) & 0x7fffffffu) > 0x7f800000u; }
bool special_bits(float x) { return (std::bit_cast<std::uint32_t>(x) & 0x7f800000u) == 0x7f800000u; }

bool all_zero(std::vector<float> const& row) {
    for (float const w : row) {
        if (std::bit_cast<std::uint32_t>(w) != 0u) { return false; }
    }
    return true;
}

}   // namespace

TEST_CASE("softmax: equals the formula for every size around a vector's width", "[core]") {
    for (std::size_t const count :
         {1u, 2u, 3u, 7u, 15u, 16u, 17u, 31u, 32u, 33u, 40u, 59u, 97u, 111u, 128u, 256u, 577u, 1025u}) {
        INFO(count);
        std::vector<float> row = wavy(count, 6.0f);
        expectation const expected = formula(row);
        row_stats const stats = run(row);
        // A float exp and one multiplication: 4 ulp, and the sum's rounding.
        for (std::size_t i = 0; i < count; ++i) {
            REQUIRE(static_cast<double>(row[i]) == Approx(expected.weights[i]).epsilon(2e-6).margin(1e-38));
        }
        CHECK(stats.visible == static_cast<index_t>(count));
        CHECK(static_cast<double>(stats.lse) == Approx(expected.lse).epsilon(1e-6).margin(1e-6));
        CHECK(static_cast<double>(stats.max_prob) == Approx(expected.largest).epsilon(1e-6));
        CHECK(stats.max_prob == *std::max_element(row.begin(), row.end()));
        CHECK(stats.mass == Approx(1.0).epsilon(1e-6));
        CHECK(stats.mean == Approx(1.0 / static_cast<double>(count)).epsilon(1e-6));
    }
}

TEST_CASE("softmax: N02 one score gives exactly one, whatever it is", "[core]") {
    for (float const s : {0.0f, -2.45e5f, 3e38f, -3e38f, 1e-45f}) {
        std::vector<float> row{s};
        row_stats const stats = run(row);
        CHECK(row[0] == 1.0f);
        CHECK(stats.max_prob == 1.0f);
        CHECK(stats.lse == s);
    }
}

TEST_CASE("softmax: N01 an empty or fully masked row becomes zeros, lse minus infinity", "[core]") {
    for (std::size_t const count : {0u, 1u, 5u, 16u, 33u}) {
        std::vector<float> row(count, -infinity);
        row_stats const stats = run(row);
        CHECK(all_zero(row));
        CHECK(stats.visible == 0);
        CHECK(std::bit_cast<std::uint32_t>(stats.lse) == 0xff800000u);
        CHECK(stats.max_prob == 0.0f);
        CHECK(stats.mass == 0.0);
        CHECK(stats.mean == 0.0);
    }
}

TEST_CASE("softmax: N04 adding a constant changes nothing, however low the scores", "[core]") {
    std::vector<float> base(33);
    for (std::size_t i = 0; i < base.size(); ++i) {
        base[i] = static_cast<float>(i % 5);
    }   // exact after adding integers
    std::vector<float> expected = base;
    run(expected);
    for (float const shift : {-1e4f, -5e4f, -2.45e5f, 1e5f}) {
        std::vector<float> row = base;
        for (float& s : row) { s += shift; }
        run(row);
        CHECK(row == expected);
    }
}

TEST_CASE("softmax: N05 plus infinity is never hidden: lse is not finite", "[core]") {
    for (std::size_t const where : {0u, 3u, 16u, 20u}) {
        std::vector<float> row = wavy(21, 1.0f);
        row[where] = infinity;
        CHECK(special_bits(run(row).lse));
    }
    std::vector<float> both{infinity, infinity};
    CHECK(special_bits(run(both).lse));
}

TEST_CASE("softmax: N06 one NaN is never hidden, wherever it stands", "[core]") {
    for (std::size_t const count : {1u, 2u, 16u, 17u, 40u}) {
        for (std::size_t where = 0; where < count; ++where) {
            INFO(where << " of " << count);
            std::vector<float> row = wavy(count, 1.0f);
            row[where] = not_a_number;
            row_stats const stats = run(row);
            CHECK(nan_bits(stats.lse));
            CHECK(stats.visible == static_cast<index_t>(count));
        }
    }
}

TEST_CASE("softmax: N06 a row of NaN alone, or of NaN and masked keys, is not an empty row", "[core]") {
    std::vector<float> only(3, not_a_number);
    CHECK(nan_bits(run(only).lse));
    std::vector<float> mixed{-infinity, not_a_number, -infinity};
    CHECK(nan_bits(run(mixed).lse));
}

TEST_CASE("softmax: N07 a spread above 104 leaves exact zeros and a sum of one", "[core]") {
    std::vector<float> row(64, -150.0f);
    row[5] = 0.0f;
    row[40] = -1.0f;
    run(row);
    CHECK(row[0] == 0.0f);
    CHECK(std::abs(total(row) - 1.0) < 64 * 1.2e-7);
    CHECK(static_cast<double>(row[5]) == Approx(1.0 / (1.0 + std::exp(-1.0))).epsilon(1e-6));
}

TEST_CASE("softmax: N08 a constant row is uniform within one ulp, and flat", "[core]") {
    for (std::size_t const count : {2u, 3u, 17u, 577u}) {
        std::vector<float> row(count, -3.25f);
        row_stats const stats = run(row);
        float const share = 1.0f / static_cast<float>(count);
        CHECK(row[0] >= std::nextafter(share, 0.0f));
        CHECK(row[0] <= std::nextafter(share, 1.0f));
        CHECK(std::count(row.begin(), row.end(), row[0]) == static_cast<std::ptrdiff_t>(count));
        CHECK(stats.max_prob == row[0]);
    }
}

TEST_CASE("softmax: some keys masked by minus infinity give what the others alone give", "[core]") {
    std::vector<float> row{1.0f, -infinity, 2.0f, -infinity};
    row_stats const stats = run(row);
    CHECK(row[1] == 0.0f);
    CHECK(row[3] == 0.0f);
    CHECK(static_cast<double>(row[0]) == Approx(1.0 / (1.0 + std::exp(1.0))).epsilon(1e-6));
    CHECK(static_cast<double>(stats.lse) == Approx(2.0 + std::log1p(std::exp(-1.0))).epsilon(1e-6));
}

TEST_CASE("softmax: the largest finite scores do not overflow", "[core]") {
    float const most = std::numeric_limits<float>::max();
    std::vector<float> row{most, -most, most};
    row_stats const stats = run(row);
    CHECK(row == std::vector<float>{0.5f, 0.0f, 0.5f});
    CHECK_FALSE(special_bits(stats.lse));
}

TEST_CASE("softmax: repeating a call repeats its bits", "[core]") {
    std::vector<float> const scores = wavy(1025, 9.0f);
    std::vector<float> first = scores;
    run(first);
    for (int i = 0; i < 250; ++i) {
        std::vector<float> again = scores;
        run(again);
        REQUIRE(again == first);
    }
}
