// SPDX-License-Identifier: MIT
#include <causalmm/effect/average.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "support/philox.hpp"

using causalmm::errc;
using causalmm::effect::average;
using causalmm::effect::bootstrap;
using causalmm::effect::estimate;

namespace {

double const not_a_number = std::bit_cast<double>(0x7ff8000000000000u);
double const infinite = std::bit_cast<double>(0x7ff0000000000000u);

/// Numbers close to a normal distribution of mean 0 and variance 1: twelve uniform ones, less six.
std::vector<double> normal(std::size_t count, std::uint32_t seed) {
    std::vector<double> all(count);
    for (double& each : all) {
        double sum = -6.0;
        for (int i = 0; i < 12; ++i) {
            seed = seed * 1664525u + 1013904223u;
            sum += static_cast<double>(seed >> 8) * 0x1p-24;
        }
        each = sum;
    }
    return all;
}

estimate estimated(std::vector<double> const& effects, bootstrap const& how = {}, std::size_t resamples = 2000) {
    std::vector<double> memory(resamples);
    auto const found = average(effects, memory, how);
    REQUIRE(found.status);
    return found.value;
}

}   // namespace

TEST_CASE("average: mean and standard error by hand", "[effect]") {
    estimate const four = estimated({0.1, 0.2, 0.3, 0.4});
    CHECK(four.mean == Approx(0.25).epsilon(1e-14));
    CHECK(four.standard_error == Approx(0.0645497224).epsilon(1e-9));   // sqrt(0.05 / 12)
    estimate const two = estimated({-1.0, 3.0});
    CHECK(two.mean == 1.0);
    CHECK(two.standard_error == 2.0);
    CHECK(two.low == -1.0);   // a quarter of the resamples draws the first twice, a quarter the second
    CHECK(two.high == 3.0);
}

TEST_CASE("average: effects that are all alike leave no uncertainty", "[effect]") {
    estimate const same = estimated(std::vector<double>(37, 0.125));
    CHECK(same.mean == 0.125);
    CHECK(same.standard_error == 0.0);
    CHECK(same.low == 0.125);
    CHECK(same.high == 0.125);
}

TEST_CASE("average: the interval is that of the documented resamples", "[effect]") {
    std::vector<double> const effects = normal(23, 5);
    std::vector<double> means;
    for (std::uint32_t r = 0; r < 400; ++r) {
        double sum = 0.0;
        for (std::uint32_t i = 0; i < 23; ++i) {
            std::uint32_t const word = oracle::philox({i / 4, r, 0, 1}, {0x89abcdefu, 0x01234567u})[i % 4];
            sum += effects[static_cast<std::size_t>(static_cast<double>(word) * 0x1p-32 * 23.0)];
        }
        means.push_back(sum / 23.0);
    }
    std::sort(means.begin(), means.end());
    estimate const found = estimated(effects, {.level = 0.9, .seed = 0x0123456789abcdef}, 400);
    CHECK(found.low == means[20]);   // 5 % of 400 on either side are left out
    CHECK(found.high == means[379]);
}

TEST_CASE("average: of many samples the interval is mean +- 1.96 standard errors", "[effect]") {
    estimate const found = estimated(normal(400, 11), {}, 4000);
    // The standard deviation of a 2.5 % quantile of 4,000 means is 0.042 standard errors.
    CHECK(std::abs(found.low - (found.mean - 1.96 * found.standard_error)) < 0.2 * found.standard_error);
    CHECK(std::abs(found.high - (found.mean + 1.96 * found.standard_error)) < 0.2 * found.standard_error);
    CHECK(found.standard_error == Approx(0.05).epsilon(0.15));   // 1 / sqrt(400)
}

TEST_CASE("average: the interval covers the truth about as often as it says", "[effect]") {
    int covered = 0;
    for (std::uint32_t trial = 0; trial < 400; ++trial) {
        estimate const found = estimated(normal(40, 1000 + trial), {.level = 0.9, .seed = trial}, 400);
        covered += found.low <= 0.0 && 0.0 <= found.high ? 1 : 0;
    }
    CHECK(covered > 335);   // 360 expected, a percentile interval of 40 samples loses a few; 5 standard errors are 30
    CHECK(covered < 390);
}

TEST_CASE("average: a turned sign turns the interval, a constant moves it", "[effect]") {
    std::vector<double> const effects = normal(31, 2);
    std::vector<double> turned = effects, moved = effects;
    for (double& each : turned) { each = -each; }
    for (double& each : moved) { each += 4.0; }
    estimate const plain = estimated(effects);
    CHECK(estimated(turned).low == -plain.high);
    CHECK(estimated(turned).high == -plain.low);
    CHECK(estimated(moved).low == Approx(plain.low + 4.0).epsilon(1e-12));
    CHECK(estimated(moved).standard_error == Approx(plain.standard_error).epsilon(1e-12));
}

TEST_CASE("average: a seed repeats its resamples, another draws others, a wider level contains a narrower one",
          "[effect]") {
    std::vector<double> const effects = normal(50, 3);
    estimate const once = estimated(effects, {.seed = 1}), again = estimated(effects, {.seed = 1});
    CHECK(once.low == again.low);
    CHECK(once.high == again.high);
    CHECK(once.low != estimated(effects, {.seed = 2}).low);
    CHECK(once.low != estimated(effects, {.seed = std::uint64_t{1} << 40}).low);
    estimate const half = estimated(effects, {.level = 0.5, .seed = 1});
    CHECK((once.low < half.low && half.low <= half.high && half.high < once.high));
    for (std::size_t const resamples : {1u, 2u, 3u}) {
        estimate const few = estimated(effects, {.level = 1e-20}, resamples);
        CHECK(few.low <= few.high);
    }
}

TEST_CASE("average: what is no study is refused", "[effect]") {
    std::array<double, 10> memory{};
    auto const refused = [&](std::vector<double> const& effects, std::span<double> resamples, bootstrap const& how,
                             errc code) {
        auto const found = average(effects, resamples, how);
        return found.status == code && !std::string_view{found.status.what}.empty();
    };
    CHECK(refused({}, memory, {}, errc::empty_support));
    CHECK(refused({0.5}, memory, {}, errc::empty_support));
    CHECK(refused({0.5, 0.25}, {}, {}, errc::empty_support));
    for (double const level : {0.0, 1.0, -0.5, 95.0, not_a_number}) {
        CHECK(refused({0.5, 0.25}, memory, {.level = level}, errc::bad_parameter));
    }
    CHECK(refused({0.5, not_a_number}, memory, {}, errc::non_finite_factual));
    CHECK(refused({0.5, infinite}, memory, {}, errc::non_finite_factual));
}
