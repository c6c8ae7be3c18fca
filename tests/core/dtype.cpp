// SPDX-License-Identifier: MIT
#include <causalmm/core/dtype.hpp>

#include <cmath>
#include <cstddef>
#include <limits>

#include "catch.hpp"

using causalmm::bf16;
using causalmm::f16;

static_assert(sizeof(f16) == 2 && sizeof(bf16) == 2);
static_assert(std::is_trivially_copyable_v<f16> && std::is_trivially_copyable_v<bf16>);
static_assert(!std::is_convertible_v<float, f16> && !std::is_convertible_v<f16, float>,
              "rounding is asked for by name");
static_assert(causalmm::scalar<float> && causalmm::scalar<double const> && causalmm::scalar<f16> &&
              causalmm::scalar<bf16>);
static_assert(!causalmm::scalar<int> && !causalmm::scalar<bool> && !causalmm::scalar<long double> &&
              !causalmm::scalar<float&>);
static_assert(f16{1.0f}.bits == 0x3c00 && bf16{1.0f}.bits == 0x3f80 && static_cast<float>(f16{-2.0f}) == -2.0f);

namespace {

/// What the bits of a small float mean, from IEEE 754: `exponent_bits` and `mantissa_bits` wide fields.
double meaning(std::uint16_t bits, int exponent_bits, int mantissa_bits) {
    int const bias = (1 << (exponent_bits - 1)) - 1;
    int const exponent = (bits >> mantissa_bits) & ((1 << exponent_bits) - 1);
    int const mantissa = bits & ((1 << mantissa_bits) - 1);
    double const sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
    if (exponent == 0) { return sign * std::ldexp(mantissa, 1 - bias - mantissa_bits); }
    return sign * std::ldexp(mantissa + (1 << mantissa_bits), exponent - bias - mantissa_bits);
}

/// Every pattern of bits: conversion to float is exact and back it is the same; midpoints go to the even neighbour.
template <class Half>
void check_all(int exponent_bits, int mantissa_bits) {
    int wrong_values = 0, wrong_round_trips = 0, wrong_ties = 0, wrong_neighbours = 0;
    int const special = (1 << exponent_bits) - 1;
    for (int word = 0; word < 65536; ++word) {
        Half stored;
        stored.bits = static_cast<std::uint16_t>(word);
        float const value = static_cast<float>(stored);
        int const exponent = (word >> mantissa_bits) & special;
        if (exponent == special) {
            bool const nan = (word & ((1 << mantissa_bits) - 1)) != 0;
            auto const back = Half{value}.bits;
            bool const still =
                nan ? std::isnan(value) && (back & ((1 << mantissa_bits) - 1)) != 0 : std::isinf(value) && back == word;
            wrong_round_trips += (still && (back & 0x8000) == (word & 0x8000)) ? 0 : 1;
            continue;
        }
        double const expected = meaning(stored.bits, exponent_bits, mantissa_bits);
        wrong_values += (value == expected && std::signbit(value) == std::signbit(expected)) ? 0 : 1;
        wrong_round_trips += Half{value}.bits == stored.bits ? 0 : 1;

        double const next = meaning(static_cast<std::uint16_t>(word + 1), exponent_bits, mantissa_bits);
        auto const middle = static_cast<float>((expected + next) / 2);
        if ((expected + next) / 2 != static_cast<double>(middle)) { continue; }   // the midpoint is no float
        int const even = (word & 1) == 0 ? word : word + 1;
        wrong_ties += Half{middle}.bits == even ? 0 : 1;
        float const above = std::nextafter(middle, std::signbit(value) ? -INFINITY : INFINITY);
        float const below = std::nextafter(middle, 0.0f);
        wrong_neighbours += Half{above}.bits == word + 1 && Half{below}.bits == word ? 0 : 1;
    }
    CHECK(wrong_values == 0);
    CHECK(wrong_round_trips == 0);
    CHECK(wrong_ties == 0);
    CHECK(wrong_neighbours == 0);
}

}   // namespace

TEST_CASE("dtype: f16 means what IEEE 754 says, for all 65,536 patterns", "[core]") { check_all<f16>(5, 10); }
TEST_CASE("dtype: bf16 means what IEEE 754 says, for all 65,536 patterns", "[core]") { check_all<bf16>(8, 7); }

TEST_CASE("dtype: N70 f16 keeps 65504, rounds 65519 down and 65520 to infinity", "[core]") {
    CHECK(f16{65504.0f}.bits == 0x7bff);
    CHECK(f16{65519.0f}.bits == 0x7bff);
    CHECK(f16{65519.996f}.bits == 0x7bff);
    CHECK(f16{65520.0f}.bits == 0x7c00);
    CHECK(f16{-65520.0f}.bits == 0xfc00);
    CHECK(f16{3e38f}.bits == 0x7c00);
    CHECK(f16{INFINITY}.bits == 0x7c00);
    CHECK(f16{-INFINITY}.bits == 0xfc00);
}

TEST_CASE("dtype: N71 f16 subnormals, the smallest, its half and just above its half", "[core]") {
    CHECK(f16{0x1p-24f}.bits == 1);
    CHECK(f16{0x1p-25f}.bits == 0);   // tie to even
    CHECK(f16{std::nextafter(0x1p-25f, 1.0f)}.bits == 1);
    CHECK(f16{0x3p-25f}.bits == 2);        // 1.5 units: tie to even
    CHECK(f16{0x1p-14f}.bits == 0x0400);   // the smallest normal
    CHECK(f16{std::nextafter(0x1p-14f, 0.0f)}.bits == 0x0400);
    CHECK(f16{std::numeric_limits<float>::denorm_min()}.bits == 0);
    CHECK(f16{-std::numeric_limits<float>::denorm_min()}.bits == 0x8000);
    CHECK(f16{-0.0f}.bits == 0x8000);
}

TEST_CASE("dtype: N70 N71 bf16 overflows only past the last tie, and keeps float subnormals", "[core]") {
    CHECK(bf16{std::numeric_limits<float>::max()}.bits == 0x7f80);
    CHECK(bf16{std::bit_cast<float>(0x7f7f7fffu)}.bits == 0x7f7f);
    CHECK(bf16{std::bit_cast<float>(0x7f7f8000u)}.bits == 0x7f80);
    CHECK(bf16{std::bit_cast<float>(0x00010000u)}.bits == 0x0001);
    CHECK(bf16{std::bit_cast<float>(0x00008000u)}.bits == 0x0000);   // half of the smallest: tie to even
    CHECK(bf16{std::bit_cast<float>(0x00008001u)}.bits == 0x0001);
    CHECK(bf16{-0.0f}.bits == 0x8000);
}

TEST_CASE("dtype: a NaN whose payload is in the dropped bits stays NaN", "[core]") {
    for (std::uint32_t const bits : {0x7f800001u, 0x7fffffffu, 0xff800001u, 0xffffffffu}) {
        float const nan = std::bit_cast<float>(bits);
        CHECK(std::isnan(static_cast<float>(f16{nan})));
        CHECK(std::isnan(static_cast<float>(bf16{nan})));
        CHECK(std::signbit(static_cast<float>(bf16{nan})) == ((bits >> 31) != 0));
    }
}
