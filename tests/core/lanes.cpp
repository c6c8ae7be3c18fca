// SPDX-License-Identifier: MIT
#include <causalmm/core/lanes.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <causalmm/core/finite.hpp>

#include "catch.hpp"

using causalmm::any_lane;
using causalmm::bf16;
using causalmm::exponential;
using causalmm::f16;
using causalmm::index_t;
using causalmm::lane_count;
using causalmm::lane_words;
using causalmm::lanes;
using causalmm::larger_lanes;
using causalmm::load_lanes;
using causalmm::splat;
using causalmm::store_lanes;
using causalmm::sum_lanes;

static_assert(sizeof(lanes) == lane_count * sizeof(float) && sizeof(lane_words) == sizeof(lanes));

namespace {

// What -ffast-math lets a compiler assume: that arithmetic meets no NaN, and any order of a sum. Memory keeps its bits all the same.
#if defined(__FAST_MATH__)
constexpr bool strict = false;
#else
constexpr bool strict = true;
#endif
// Made from bits: -ffast-math lets a compiler drop the literals.
float const not_a_number = std::bit_cast<float>(0x7fc00000u);
float const infinity = std::bit_cast<float>(0x7f800000u);

std::uint32_t bits_of(float x) { return std::bit_cast<std::uint32_t>(x); }

/// Loads lane_count numbers from every offset up to a register and compares each lane with the scalar conversion.
template <class T>
void check_loads() {
    std::vector<T> memory;
    for (int i = 0; i < 3 * lane_count; ++i) { memory.push_back(static_cast<T>(0.37f * static_cast<float>(i - 20))); }
    int wrong = 0;
    for (index_t from = 0; from <= 2 * lane_count; ++from) {
        lanes const loaded = load_lanes(memory.data() + from);
        for (index_t lane = 0; lane < lane_count; ++lane) {
            float const expected = static_cast<float>(memory[static_cast<std::size_t>(from + lane)]);
            wrong += bits_of(loaded[lane]) == bits_of(expected) ? 0 : 1;
        }
    }
    CHECK(wrong == 0);
}

/// Every half-precision pattern, a register of them at a time, keeps the meaning that dtype gives it.
template <class T>
void check_all_patterns() {
    int wrong = 0;
    for (int first = 0; first < 65536; first += lane_count) {
        std::array<T, static_cast<std::size_t>(lane_count)> stored;
        for (int i = 0; i < lane_count; ++i) {
            stored[static_cast<std::size_t>(i)].bits = static_cast<std::uint16_t>(first + i);
        }
        lanes const loaded = load_lanes(stored.data());
        for (index_t i = 0; i < lane_count; ++i) {
            float const expected = static_cast<float>(stored[static_cast<std::size_t>(i)]);
            bool const nan = causalmm::is_nan(expected);
            wrong += (nan ? causalmm::is_nan(loaded[i]) : bits_of(loaded[i]) == bits_of(expected)) ? 0 : 1;
        }
    }
    CHECK(wrong == 0);
}

}   // namespace

TEST_CASE("lanes: splat puts one number, or one word, into every lane with all its bits", "[core]") {
    for (float const x : {0.0f, -0.0f, 1.0f, -3.5f, std::numeric_limits<float>::max(), infinity, -infinity}) {
        INFO(x);
        lanes const all = splat(x);
        for (index_t lane = 0; lane < lane_count; ++lane) { CHECK(bits_of(all[lane]) == bits_of(x)); }
    }
    CHECK(causalmm::is_nan(splat(not_a_number)[lane_count - 1]));
    for (std::int32_t const x : {0, -1, 7, std::numeric_limits<std::int32_t>::min()}) {
        lane_words const all = splat(x);
        for (index_t lane = 0; lane < lane_count; ++lane) { CHECK(all[lane] == x); }
    }
}

TEST_CASE("lanes: loads of every element type, at any alignment, convert as the scalar does", "[core]") {
    check_loads<float>();
    check_loads<double>();
    check_loads<f16>();
    check_loads<bf16>();
}

TEST_CASE("lanes: every pattern of f16 and bf16 widens to its own number", "[core]") {
    check_all_patterns<f16>();
    check_all_patterns<bf16>();
}

TEST_CASE("lanes: a store writes lane_count floats and no more", "[core]") {
    std::vector<float> memory(static_cast<std::size_t>(3 * lane_count), 9.0f);
    store_lanes(memory.data() + 1, splat(2.0f));
    for (index_t i = 0; i < 3 * lane_count; ++i) {
        CHECK(memory[static_cast<std::size_t>(i)] == (i >= 1 && i <= lane_count ? 2.0f : 9.0f));
    }
}

TEST_CASE("lanes: exponential is within 3e-7 of e^x, relatively, from -87.3 to 88", "[core]") {
    double worst = 0.0;
    float worst_at = 0.0f;
    lanes x{};
    index_t lane = 0;
    for (double at = -87.3; at <= 88.0; at += 1e-4) {
        x[lane++] = std::max(-87.3f, static_cast<float>(at));
        if (lane < lane_count) { continue; }
        lane = 0;
        lanes const got = exponential(x);
        for (index_t i = 0; i < lane_count; ++i) {
            double const expected = std::exp(static_cast<double>(x[i]));
            double const error = std::abs(static_cast<double>(got[i]) - expected) / expected;
            if (!(error <= worst)) { worst = error, worst_at = x[i]; }
        }
    }
    INFO("at " << worst_at);
    CHECK(worst <= (strict ? 3e-7 : 5e-6));
    CHECK(exponential(splat(0.0f))[0] == 1.0f);   // the largest score's weight, exactly
}

TEST_CASE("lanes: exponential is 0 below -87.3, also of minus infinity, and a NaN stays one", "[core]") {
    for (float const x : {std::nextafter(-87.3f, -100.0f), -88.0f, -104.0f, -2.45e5f, -3.4e38f, -infinity}) {
        INFO(x);
        CHECK(bits_of(exponential(splat(x))[lane_count - 1]) == 0);
    }
    CHECK(exponential(splat(-87.3f))[0] > 0.0f);
    lanes mixed = splat(0.0f);
    mixed[1] = not_a_number;
    mixed[2] = -infinity;
    lanes const got = exponential(mixed);
    CHECK((!strict || causalmm::is_nan(got[1])));
    CHECK(got[0] == 1.0f);
    CHECK(got[2] == 0.0f);
}

TEST_CASE("lanes: the larger of two, lane by lane, passes over a NaN in the second", "[core]") {
    lanes a{}, b{};
    for (index_t i = 0; i < lane_count; ++i) {
        a[i] = static_cast<float>(i % 3);
        b[i] = static_cast<float>(i % 2);
    }
    b[1] = strict ? not_a_number : -1.0f;
    b[2] = -infinity;
    b[3] = infinity;
    lanes const got = larger_lanes(a, b);
    for (index_t i = 0; i < lane_count; ++i) {
        float const expected = i == 1 || i == 2 ? a[i] : std::max(a[i], b[i]);
        CHECK(bits_of(got[i]) == bits_of(expected));
    }
}

TEST_CASE("lanes: the sum counts every lane once", "[core]") {
    lanes powers{};
    for (index_t i = 0; i < lane_count; ++i) { powers[i] = std::ldexp(1.0f, static_cast<int>(i)); }
    CHECK(sum_lanes(powers) == std::ldexp(1.0f, static_cast<int>(lane_count)) - 1.0f);
    powers[lane_count - 1] = not_a_number;
    CHECK((!strict || causalmm::is_nan(sum_lanes(powers))));
}

TEST_CASE("lanes: any_lane finds a single word wherever it stands", "[core]") {
    CHECK_FALSE(any_lane(lane_words{}));
    for (index_t lane = 0; lane < lane_count; ++lane) {
        for (std::int32_t const word : {1, -1, std::numeric_limits<std::int32_t>::min()}) {
            lane_words words{};
            words[lane] = word;
            CHECK(any_lane(words));
        }
    }
    CHECK(any_lane(splat(2.0f) > splat(1.0f)));
    CHECK_FALSE(any_lane(splat(1.0f) > splat(1.0f)));
}
