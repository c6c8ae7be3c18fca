// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>

#include <causalmm/core/config.hpp>

namespace causalmm::inline CAUSALMM_ABI {

/// Whether a float is NaN, infinite, or finite, decided by its bits.
///
/// shape   one float
/// units   any
/// errors  none
/// source  IEEE 754; std::isnan and x != x are constants under -ffast-math, a test of the bits is not
CAUSALMM_HD constexpr bool is_nan(float x) noexcept {
    return (std::bit_cast<std::uint32_t>(x) & 0x7fffffffu) > 0x7f800000u;
}
CAUSALMM_HD constexpr bool is_inf(float x) noexcept {
    return (std::bit_cast<std::uint32_t>(x) & 0x7fffffffu) == 0x7f800000u;
}
CAUSALMM_HD constexpr bool is_finite(float x) noexcept {
    return (std::bit_cast<std::uint32_t>(x) & 0x7f800000u) != 0x7f800000u;
}
CAUSALMM_HD constexpr bool is_finite(double x) noexcept {
    return (std::bit_cast<std::uint64_t>(x) & 0x7ff0000000000000u) != 0x7ff0000000000000u;
}

/// Whether a number is zero of either sign, decided by its bits.
///
/// shape   one float or double
/// units   any
/// errors  none
/// source  IEEE 754; under -ffast-math x == 0 holds for NaN too, and g++ then takes x for 0 in what follows
CAUSALMM_HD constexpr bool is_zero(float x) noexcept { return (std::bit_cast<std::uint32_t>(x) & 0x7fffffffu) == 0; }
CAUSALMM_HD constexpr bool is_zero(double x) noexcept {
    return (std::bit_cast<std::uint64_t>(x) & 0x7fffffffffffffffu) == 0;
}

/// Minus infinity, made from its bits.
///
/// shape   one float
/// units   a masked score or a forbidden token's logit
/// errors  none
/// source  IEEE 754; -ffast-math lets a compiler assume that the literal never occurs
CAUSALMM_HD constexpr float minus_infinity() noexcept { return std::bit_cast<float>(0xff800000u); }
CAUSALMM_HD constexpr bool is_minus_infinity(float x) noexcept {
    return std::bit_cast<std::uint32_t>(x) == 0xff800000u;
}
CAUSALMM_HD constexpr bool is_minus_infinity(double x) noexcept {
    return std::bit_cast<std::uint64_t>(x) == 0xfff0000000000000u;
}

}   // namespace causalmm
