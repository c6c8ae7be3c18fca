// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <type_traits>

#include <causalmm/core/config.hpp>

namespace causalmm::inline CAUSALMM_ABI {

/// Upper half of a float: 8 exponent bits, 7 stored mantissa bits.
///
/// shape   2 bytes of storage; arithmetic happens in float
/// units   those of the number stored
/// errors  none: rounds to nearest even, NaN stays NaN, overflow becomes infinity
/// source  bfloat16 as PyTorch and safetensors store it
struct bf16 {
    std::uint16_t bits = 0;

    constexpr bf16() noexcept = default;
    CAUSALMM_HD constexpr explicit bf16(float x) noexcept {
        auto const word = std::bit_cast<std::uint32_t>(x);
        bool const nan = (word & 0x7fffffffu) > 0x7f800000u;
        std::uint32_t const rounded = word + 0x7fffu + ((word >> 16) & 1u);
        bits = static_cast<std::uint16_t>(nan ? (word >> 16) | 0x40u : rounded >> 16);
    }
    CAUSALMM_HD constexpr explicit operator float() const noexcept {
        return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
    }
};

/// IEEE 754 half precision: 5 exponent bits, 10 stored mantissa bits.
///
/// shape   2 bytes of storage; arithmetic happens in float
/// units   those of the number stored
/// errors  none: rounds to nearest even, 65520 and above become infinity, subnormals are kept
/// source  IEEE 754 binary16
struct f16 {
    std::uint16_t bits = 0;

    constexpr f16() noexcept = default;
    CAUSALMM_HD constexpr explicit f16(float x) noexcept : bits{round(x)} {}
    CAUSALMM_HD constexpr explicit operator float() const noexcept {
        std::uint32_t const sign = (bits & 0x8000u) << 16;
        std::uint32_t const magnitude = bits & 0x7fffu;
        std::uint32_t const exponent = magnitude >= 0x7c00u ? 0x70000000u : 0x38000000u;   // rebias 15 -> 127
        std::uint32_t const normal = (magnitude << 13) + exponent;
        // Zero or subnormal: magnitude units of 2^-24, as a float a normal number. Both ways are taken, so that loops vectorize.
        float const small = static_cast<float>(static_cast<std::int32_t>(magnitude)) * 0x1p-24f;
        return std::bit_cast<float>(sign | (magnitude < 0x400u ? std::bit_cast<std::uint32_t>(small) : normal));
    }

  private:
    CAUSALMM_HD static constexpr std::uint16_t round(float x) noexcept {
        auto const word = std::bit_cast<std::uint32_t>(x);
        std::uint32_t const sign = (word >> 16) & 0x8000u;
        std::uint32_t const magnitude = word & 0x7fffffffu;
        if (magnitude > 0x7f800000u) { return static_cast<std::uint16_t>(sign | 0x7e00u); }
        if (magnitude >= 0x477ff000u) { return static_cast<std::uint16_t>(sign | 0x7c00u); }   // 65520 rounds up
        if (magnitude < 0x38800000u) {   // subnormal: adding 0.5 leaves units of 2^-24 in the low mantissa bits
            float const shifted = std::bit_cast<float>(magnitude) + 0.5f;
            return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3f000000u));
        }
        std::uint32_t const rounded = magnitude + 0xfffu + ((magnitude >> 13) & 1u);
        return static_cast<std::uint16_t>(sign | ((rounded - 0x38000000u) >> 13));
    }
};

/// An element type the library can read: float, double, f16, bf16.
///
/// shape   floating point of at most 64 bits
/// units   any
/// errors  integers do not satisfy it: an attention weight is not a count
/// source  the storage types of safetensors that hold real numbers
// clang-format off
template <class T>
concept scalar = std::same_as<std::remove_cv_t<T>, float> || std::same_as<std::remove_cv_t<T>, double> ||
                 std::same_as<std::remove_cv_t<T>, f16> || std::same_as<std::remove_cv_t<T>, bf16>;
// clang-format on

}   // namespace causalmm
