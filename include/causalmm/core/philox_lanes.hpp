// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include <causalmm/core/config.hpp>
#include <causalmm/core/lanes.hpp>

namespace causalmm::inline CAUSALMM_ABI::detail {

using lane_uints = std::uint32_t __attribute__((vector_size(lane_bytes)));
using lane_pairs = std::uint64_t __attribute__((vector_size(lane_bytes)));   // a 32-bit word in the lower half of each

inline lane_pairs splat_pairs(std::uint64_t x) noexcept { return lane_pairs{} + x; }

/// Products of the lower halves. Clang sees that one instruction does it; g++ would clear the upper halves first, or add up three.
inline lane_pairs lower_products(lane_pairs const a, lane_pairs const b) noexcept {
#if defined(__GNUC__) && !defined(__clang__) && defined(__AVX512F__)
    using signed_pairs = long long __attribute__((vector_size(lane_bytes)));
    return std::bit_cast<lane_pairs>(__builtin_ia32_pmuludq512_mask(
        std::bit_cast<lane_words>(a), std::bit_cast<lane_words>(b), signed_pairs{}, 0xffu));
#elif defined(__GNUC__) && !defined(__clang__) && defined(__AVX2__)
    return std::bit_cast<lane_pairs>(
        __builtin_ia32_pmuludq256(std::bit_cast<lane_words>(a), std::bit_cast<lane_words>(b)));
#elif defined(__GNUC__) && !defined(__clang__) && defined(__SSE2__) && !defined(__AVX__)
    return std::bit_cast<lane_pairs>(
        __builtin_ia32_pmuludq128(std::bit_cast<lane_words>(a), std::bit_cast<lane_words>(b)));
#else
    return (a & 0xffffffffu) * (b & 0xffffffffu);
#endif
}

/// Counters of sixteen evaluations: their first two words grow by a step from one to the next, the others are the same.
struct counter_steps {
    std::array<std::uint32_t, 4> first;
    std::array<std::uint32_t, 2> step;
};

/// Philox4x32 of sixteen counters side by side: take(word, i, x) is called with the words of the evaluations i, i + 1, ... in
/// the lanes of x. Each half of a lane holds what a multiplication needs of it, so that nothing is moved between the rounds.
template <int Rounds, class Take>
inline void philox_lanes(counter_steps const& counters, std::array<std::uint32_t, 2> key, Take const& take) noexcept {
    for (index_t from = 0; from < 16; from += lane_count) {
        lane_pairs c[2][4];   // of the even and of the odd evaluations
        for (index_t odd = 0; odd < 2; ++odd) {
            lane_pairs index = {};
            for (index_t lane = 0; lane < lane_count / 2; ++lane) {
                index[lane] = static_cast<std::uint64_t>(from + 2 * lane + odd);
            }
            c[odd][0] = counters.first[0] + index * counters.step[0];
            c[odd][1] = counters.first[1] + index * counters.step[1];
            c[odd][2] = splat_pairs(counters.first[2]);
            c[odd][3] = splat_pairs(counters.first[3]);
        }
        std::array<std::uint32_t, 2> round_key = key;
        for (int round = 0; round < Rounds; ++round) {
            for (auto& x : c) {
                lane_pairs const a = lower_products(x[0], splat_pairs(0xd2511f53u));
                lane_pairs const b = lower_products(x[2], splat_pairs(0xcd9e8d57u));
                x[0] = (b >> 32) ^ x[1] ^ splat_pairs(round_key[0]);
                x[1] = b;
                x[2] = (a >> 32) ^ x[3] ^ splat_pairs(round_key[1]);
                x[3] = a;
            }
            round_key = {round_key[0] + 0x9e3779b9u, round_key[1] + 0xbb67ae85u};
        }
        for (index_t word = 0; word < 4; ++word) {
            take(word, from, std::bit_cast<lane_uints>((c[0][word] & 0xffffffffu) | (c[1][word] << 32)));
        }
    }
}

/// Takes words as they are: word w of evaluation i becomes words[16 w + i].
struct word_writer {
    std::uint32_t* words;

    void operator()(index_t word, index_t i, lane_uints const x) const noexcept {
        std::memcpy(words + 16 * word + i, &x, sizeof(x));
    }
};

/// half_float of the lower or the upper halves of the lanes, times `scale` 2^-17.
inline lanes half_lanes(lane_uints const words, bool upper, float scale) noexcept {
    lane_uints const odd = (upper ? words >> 15 : (words << 1) & 0x1ffffu) | 1u;
    return __builtin_convertvector(std::bit_cast<lane_words>(odd), lanes) * scale;
}

/// Takes the halves of words as draws: half h of evaluation i becomes draws[stride h + i].
struct half_writer {
    float* draws;
    index_t stride;
    float scale;   // of the unit 2^-17

    void operator()(index_t word, index_t i, lane_uints const words) const noexcept {
        store_lanes(draws + stride * 2 * word + i, half_lanes(words, false, scale));
        store_lanes(draws + stride * (2 * word + 1) + i, half_lanes(words, true, scale));
    }
};

/// The same where eight evaluations belong to 64 draws in a row: half h of evaluation i becomes draws[64 (i / 8) + 8 h + i mod 8].
struct chunk_writer {
    float* draws;
    float scale;

    void operator()(index_t word, index_t i, lane_uints const words) const noexcept {
        put(2 * word, i, half_lanes(words, false, scale));
        put(2 * word + 1, i, half_lanes(words, true, scale));
    }
    void put(index_t half, index_t i, lanes const x) const noexcept {
        constexpr index_t piece = lane_count < 8 ? lane_count : 8;
        for (index_t at = 0; at < lane_count; at += piece) {
            float* const to = draws + 64 * ((i + at) / 8) + 8 * half + (i + at) % 8;
            std::memcpy(to, reinterpret_cast<char const*>(&x) + 4 * at, 4 * piece);
        }
    }
};

}   // namespace causalmm::detail
