// SPDX-License-Identifier: MIT
#include <causalmm/core/finite.hpp>

#include <limits>

#include "catch.hpp"

using causalmm::is_finite;
using causalmm::is_inf;
using causalmm::is_minus_infinity;
using causalmm::is_nan;
using causalmm::is_zero;
using causalmm::minus_infinity;

static_assert(is_finite(0.0f) && is_finite(-0.0f) && is_finite(1.0f));
static_assert(is_finite(std::numeric_limits<float>::max()) && is_finite(std::numeric_limits<float>::denorm_min()));
static_assert(is_finite(std::numeric_limits<double>::max()) && is_finite(-0.0));

namespace {
// A float the optimiser cannot see through.
float launder(std::uint32_t bits) {
    std::uint32_t volatile hidden = bits;
    return std::bit_cast<float>(static_cast<std::uint32_t>(hidden));
}
double launder(std::uint64_t bits) {
    std::uint64_t volatile hidden = bits;
    return std::bit_cast<double>(static_cast<std::uint64_t>(hidden));
}
}   // namespace

TEST_CASE("finite: both signs of infinity, and only minus infinity is minus infinity", "[core]") {
    CHECK(is_inf(launder(0x7f800000u)));
    CHECK(is_inf(launder(0xff800000u)));
    CHECK_FALSE(is_finite(launder(0x7f800000u)));
    CHECK_FALSE(is_nan(launder(0xff800000u)));
    CHECK(is_minus_infinity(launder(0xff800000u)));
    CHECK_FALSE(is_minus_infinity(launder(0x7f800000u)));
    CHECK_FALSE(is_minus_infinity(-std::numeric_limits<float>::max()));
    CHECK(std::bit_cast<std::uint32_t>(minus_infinity()) == 0xff800000u);
}

TEST_CASE("finite: quiet, signalling and negative NaN, first and last payload", "[core]") {
    for (std::uint32_t const bits : {0x7fc00000u, 0x7f800001u, 0x7fffffffu, 0xffc00000u, 0xff800001u, 0xffffffffu}) {
        CHECK(is_nan(launder(bits)));
        CHECK_FALSE(is_inf(launder(bits)));
        CHECK_FALSE(is_finite(launder(bits)));
    }
}

TEST_CASE("finite: the neighbours of the special values are ordinary", "[core]") {
    for (std::uint32_t const bits : {0u, 1u, 0x007fffffu, 0x00800000u, 0x7f7fffffu, 0x80000000u, 0xff7fffffu}) {
        CHECK(is_finite(launder(bits)));
        CHECK_FALSE(is_nan(launder(bits)));
        CHECK_FALSE(is_inf(launder(bits)));
    }
}

TEST_CASE("finite: only zero is zero, of either sign", "[core]") {
    for (std::uint32_t const bits : {0u, 0x80000000u}) { CHECK(is_zero(launder(bits))); }
    for (std::uint32_t const bits : {1u, 0x80000001u, 0x3f800000u, 0x7f800000u, 0x7fc00000u, 0xffc00000u}) {
        CHECK_FALSE(is_zero(launder(bits)));
    }
    for (std::uint64_t const bits : {std::uint64_t{0}, std::uint64_t{1} << 63}) { CHECK(is_zero(launder(bits))); }
    for (std::uint64_t const bits : {1ull, 0x8000000000000001ull, 0x3ff0000000000000ull, 0x7ff0000000000000ull,
                                     0x7ff8000000000000ull, 0xfff8000000000000ull}) {
        CHECK_FALSE(is_zero(launder(std::uint64_t{bits})));
    }
}

TEST_CASE("finite: double infinities and NaN", "[core]") {
    CHECK_FALSE(is_finite(launder(std::uint64_t{0x7ff0000000000000})));
    CHECK_FALSE(is_finite(launder(std::uint64_t{0xfff0000000000000})));
    CHECK(is_minus_infinity(launder(std::uint64_t{0xfff0000000000000})));
    CHECK_FALSE(is_minus_infinity(launder(std::uint64_t{0x7ff0000000000000})));
    CHECK_FALSE(is_minus_infinity(launder(std::uint64_t{0xfff8000000000000})));
    CHECK_FALSE(is_minus_infinity(-std::numeric_limits<double>::max()));
    CHECK_FALSE(is_finite(launder(std::uint64_t{0x7ff8000000000000})));
    CHECK_FALSE(is_finite(launder(std::uint64_t{0xfff0000000000001})));
    CHECK(is_finite(launder(std::uint64_t{0x7fefffffffffffff})));
    CHECK(is_finite(launder(std::uint64_t{1})));
}
