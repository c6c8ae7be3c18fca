// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <causalmm/core/config.hpp>
#include <causalmm/core/dtype.hpp>

namespace causalmm::inline CAUSALMM_ABI {

// Set by the compiler's target flags: 64 bytes with AVX-512, 32 with AVX, else 16.
#if defined(__AVX512F__)
inline constexpr index_t lane_bytes = 64;
#elif defined(__AVX__)
inline constexpr index_t lane_bytes = 32;
#else
inline constexpr index_t lane_bytes = 16;
#endif

/// As many floats as one register of the target holds; arithmetic and comparisons act on each lane.
///
/// lanes a, b;  a * b + 2.0f;  a > b ? a : b
///
/// shape   lane_count floats; a comparison gives lane_words, all ones where true
/// units   any
/// errors  none
/// source  vector extensions of GCC and Clang: the one form of SIMD that both keep in registers without being asked twice
using lanes = float __attribute__((vector_size(lane_bytes)));
using lane_words = std::int32_t __attribute__((vector_size(lane_bytes)));
inline constexpr index_t lane_count = lane_bytes / static_cast<index_t>(sizeof(float));

/// Every lane x.
///
/// shape   1 -> lane_count
/// units   any
/// errors  none
/// source  broadcast; x - 0 is x for every x, while 0 + x would turn -0 into 0
inline lanes splat(float x) noexcept { return x - lanes{}; }
inline lane_words splat(std::int32_t x) noexcept { return lane_words{} + x; }

namespace detail {

using lane_halves = std::uint16_t __attribute__((vector_size(lane_bytes / 2)));

/// Each half as a word. One instruction, which g++ 12 does not see by itself: it would widen quarters and join them.
inline lane_words words_of(lane_halves const halves) noexcept {
#if defined(__GNUC__) && !defined(__clang__) && defined(__AVX512F__)
    using signed_halves = std::int16_t __attribute__((vector_size(lane_bytes / 2)));
    return __builtin_ia32_pmovzxwd512_mask(std::bit_cast<signed_halves>(halves), lane_words{}, 0xffffu);
#elif defined(__GNUC__) && !defined(__clang__) && defined(__AVX2__)
    using signed_halves = std::int16_t __attribute__((vector_size(lane_bytes / 2)));
    return __builtin_ia32_pmovzxwd256(std::bit_cast<signed_halves>(halves));
#else
    return __builtin_convertvector(halves, lane_words);
#endif
}

/// The bits of floats from the bits of f16, as f16 itself converts.
inline lane_words widened(lane_words const halves) noexcept {
    lane_words const magnitude = halves & 0x7fff;
    lane_words const normal = (magnitude << 13) + (magnitude >= 0x7c00 ? splat(0x70000000) : splat(0x38000000));
    lanes const small = __builtin_convertvector(magnitude, lanes) * 0x1p-24f;   // zero or subnormal
    lane_words tiny;
    std::memcpy(&tiny, &small, sizeof(tiny));
    return ((halves & 0x8000) << 16) | (magnitude < 0x400 ? tiny : normal);
}

}   // namespace detail

/// lane_count stored numbers at any alignment, as floats.
///
/// shape   contiguous
/// units   those of the numbers
/// errors  none: reads exactly lane_count elements
/// source  f16 and bf16 widen in registers
template <scalar T>
inline lanes load_lanes(T const* from) noexcept {
    lanes to = {};   // lane by lane, g++ would not see that all are set
    if constexpr (std::same_as<T, float>) {
        std::memcpy(&to, from, sizeof(to));
    } else if constexpr (std::same_as<T, bf16> || std::same_as<T, f16>) {
        detail::lane_halves narrow;
        std::memcpy(&narrow, from, sizeof(narrow));
        lane_words const bits = detail::words_of(narrow);
        lane_words const wide = std::same_as<T, bf16> ? bits << 16 : detail::widened(bits);
        std::memcpy(&to, &wide, sizeof(to));
    } else {
        double wide[static_cast<std::size_t>(lane_count)];
        std::memcpy(wide, from, sizeof(wide));
        for (index_t lane = 0; lane < lane_count; ++lane) { to[lane] = static_cast<float>(wide[lane]); }
    }
    return to;
}

/// The same for the last `count` < lane_count numbers of a row; the other lanes are 0.
///
/// shape   contiguous
/// units   those of the numbers
/// errors  none: reads exactly count elements
/// source  none
template <scalar T>
inline lanes load_lanes(T const* from, index_t count) noexcept {
    unsigned char padded[sizeof(T) * static_cast<std::size_t>(lane_count)] = {};
    std::memcpy(padded, from, sizeof(T) * static_cast<std::size_t>(count));
    return load_lanes(reinterpret_cast<T const*>(padded));
}

/// Writes lane_count floats at any alignment.
///
/// shape   contiguous
/// units   any
/// errors  none
/// source  none
inline void store_lanes(float* to, lanes const from) noexcept { std::memcpy(to, &from, sizeof(from)); }

/// The larger of two floats in each lane; a NaN in the second is passed over.
///
/// shape   lane_count
/// units   any
/// errors  none
/// source  maxps
inline lanes larger_lanes(lanes const a, lanes const b) noexcept { return b > a ? b : a; }

/// e^x in each lane.
///
/// e^x = 2^n e^r,  n = round(x / log 2),  e^r by its series up to r^6 / 6!
///
/// shape   lane_count
/// units   relative error 3e-7 (-ffast-math: 5e-6) for -87.3 <= x <= 88; exactly 0 below, where floats are subnormal
/// errors  a NaN stays NaN; x above 88 is not meant: a softmax takes its maximum away first
/// source  Cody and Waite's reduction: log 2 in two parts, the first short enough that n times it is exact
inline lanes exponential(lanes const x) noexcept {
    lanes const lowest = splat(-87.3f);
    lane_words const vanishes = x < lowest;
    lanes const inside = vanishes ? lowest : x;
    // Adding 1.5 * 2^23 leaves the nearest integer in the low bits. It is taken off there: -ffast-math would cancel floats.
    lanes const shifted = inside * 1.44269504f + 12582912.0f;
    lane_words whole;
    std::memcpy(&whole, &shifted, sizeof(whole));
    whole -= 0x4b400000;
    lanes const n = __builtin_convertvector(whole, lanes);
    lanes const r = (inside - n * 0.693359375f) + n * 2.12194440e-4f;
    constexpr float terms[] = {1.0f / 120.0f, 1.0f / 24.0f, 1.0f / 6.0f, 0.5f, 1.0f, 1.0f};
    lanes sum = splat(1.0f / 720.0f);
    for (float const term : terms) { sum = sum * r + term; }
    lane_words const exponent = (whole << 23) + 0x3f800000;
    lanes power;
    std::memcpy(&power, &exponent, sizeof(power));
    sum *= power;   // a product, not an addition of exponents, so that a NaN stays one
    return vanishes ? lanes{} : sum;
}

/// The sum of the lanes.
///
/// quarters of the register first, then across
///
/// shape   lane_count -> 1
/// units   any
/// errors  none
/// source  none
inline float sum_lanes(lanes const from) noexcept {
    using quad = float __attribute__((vector_size(16)));
    quad parts[static_cast<std::size_t>(lane_bytes / 16)];
    std::memcpy(&parts, &from, sizeof(parts));
    for (index_t width = lane_bytes / 32; width > 0; width /= 2) {
        for (index_t i = 0; i < width; ++i) { parts[i] += parts[i + width]; }
    }
    return (parts[0][0] + parts[0][2]) + (parts[0][1] + parts[0][3]);
}

/// Whether any word is not zero.
///
/// shape   lane_count -> 1
/// units   none
/// errors  none
/// source  none
inline bool any_lane(lane_words const words) noexcept {
    std::int32_t all = 0;
    for (index_t lane = 0; lane < lane_count; ++lane) { all |= words[lane]; }
    return all != 0;
}

}   // namespace causalmm
