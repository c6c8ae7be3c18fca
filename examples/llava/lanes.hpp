// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <llava/io/safetensors.hpp>

namespace llava {

/// Sixteen floats that the compiler keeps in whatever registers the processor has: one of 512 bits, two of 256, four of 128.
/// The sum of sixteen products is always formed in these lanes, so a result does not depend on the processor's width.
inline constexpr std::int64_t lane_count = 16;
using lanes = float __attribute__((vector_size(64)));
using lane_bits = std::uint32_t __attribute__((vector_size(64)));
using lane_halves = std::uint16_t __attribute__((vector_size(32)));

/// Sixteen stored numbers at any alignment, as floats.
template <io::dtype Type>
inline void load(std::byte const* from, lanes& to) noexcept {
    if constexpr (Type == io::dtype::f32) {
        std::memcpy(&to, from, sizeof(to));
    } else {
        lane_halves halves;
        std::memcpy(&halves, from, sizeof(halves));
        lane_bits word = __builtin_convertvector(halves, lane_bits);
        if constexpr (Type == io::dtype::bf16) {
            word <<= 16;
            std::memcpy(&to, &word, sizeof(to));
        } else {
            lane_bits const sign = (word & 0x8000u) << 16;
            lane_bits const magnitude = word & 0x7fffu;
            lane_bits const scaled = magnitude << 13;
            std::memcpy(&to, &scaled, sizeof(to));
            to *= 0x1p112f;   // moves the exponent's bias from 15 to 127; exact, and right for subnormals too
            std::memcpy(&word, &to, sizeof(word));
            auto const special = static_cast<lane_bits>(magnitude >= 0x7c00u);   // all ones where infinite or NaN
            word |= sign | (special & 0x7f800000u);
            std::memcpy(&to, &word, sizeof(to));
        }
    }
}

/// Bytes of one stored number.
template <io::dtype Type>
inline constexpr std::int64_t stored_size = Type == io::dtype::f32 ? 4 : 2;

/// The last `count` < 16 numbers of a row, the other lanes zero.
template <io::dtype Type>
inline void load_tail(std::byte const* from, std::int64_t count, lanes& to) noexcept {
    std::byte padded[64] = {};
    std::memcpy(padded, from, static_cast<std::size_t>(count * stored_size<Type>));
    load<Type>(padded, to);
}

/// The sum of the lanes, halving: 8 + 8, 4 + 4, 2 + 2, 1 + 1.
inline float sum(lanes const& from) noexcept {
    float part[lane_count];
    std::memcpy(part, &from, sizeof(part));
    for (std::int64_t width = lane_count / 2; width > 0; width /= 2) {
        for (std::int64_t lane = 0; lane < width; ++lane) { part[lane] += part[lane + width]; }
    }
    return part[0];
}

/// e^x to 2e-7 relative, x cut to [-87, 88]: 2^n e^r with |r| <= log(2) / 2 and e^r by its series up to r^7 / 7!.
inline void exponential(lanes& x) noexcept {
    constexpr float round_at =
        12582912.0f;   // 1.5 * 2^23: adding it leaves the nearest integer in the lowest mantissa bits
    lanes const low = lanes{} - 87.0f, high = lanes{} + 88.0f;
    x = x < low ? low : x;
    x = x > high ? high : x;
    lanes const shifted = x * 1.44269504f + round_at;
    lanes const n = shifted - round_at;
    lanes const r =
        (x - n * 0.693359375f) + n * 2.12194440e-4f;   // log 2 in two parts, the first short enough to be exact
    lanes sum = r * (1.0f / 5040.0f) + 1.0f / 720.0f;
    for (float const term : {1.0f / 120.0f, 1.0f / 24.0f, 1.0f / 6.0f, 0.5f, 1.0f, 1.0f}) { sum = sum * r + term; }
    lane_bits power, bits;
    std::memcpy(&power, &shifted, sizeof(power));
    std::memcpy(&bits, &sum, sizeof(bits));
    bits += power << 23;
    std::memcpy(&x, &bits, sizeof(x));
}

/// The sum of products of two rows of `count` floats.
inline float dot(float const* a, float const* b, std::int64_t count) noexcept {
    lanes sums = {}, left, right;
    std::int64_t i = 0;
    for (; i + lane_count <= count; i += lane_count) {
        std::memcpy(&left, a + i, sizeof(left));
        std::memcpy(&right, b + i, sizeof(right));
        sums += left * right;
    }
    float total = sum(sums);
    for (; i < count; ++i) { total += a[i] * b[i]; }
    return total;
}

/// The sum of a row of `count` floats.
inline float sum(float const* a, std::int64_t count) noexcept {
    lanes sums = {}, part;
    std::int64_t i = 0;
    for (; i + lane_count <= count; i += lane_count) {
        std::memcpy(&part, a + i, sizeof(part));
        sums += part;
    }
    float total = sum(sums);
    for (; i < count; ++i) { total += a[i]; }
    return total;
}

}   // namespace llava
