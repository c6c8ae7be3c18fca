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

/// Products of the lower halves. Clang sees that one instruction does it, and so does g++ with AVX-512, where the product of
/// whole pairs is as fast; below that g++ would add up three.
inline lane_pairs lower_products(lane_pairs const a, lane_pairs const b) noexcept {
#if defined(__GNUC__) && !defined(__clang__) && defined(__AVX2__) && !defined(__AVX512F__)
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

/// unit_float of each lane.
inline lanes unit_lanes(lane_uints const words) noexcept {
    return __builtin_convertvector(std::bit_cast<lane_words>(words >> 8), lanes) * 0x1p-24f;
}

/// Takes words as they are: word w of evaluation i becomes words[16 w + i].
struct word_writer {
    std::uint32_t* words;

    void operator()(index_t word, index_t i, lane_uints const x) const noexcept {
        std::memcpy(words + 16 * word + i, &x, sizeof(x));
    }
};

/// Takes words as multiples of `scale` units: word w of evaluation i becomes draws[stride w + i].
struct unit_writer {
    float* draws;
    index_t stride;
    float scale;

    void operator()(index_t word, index_t i, lane_uints const words) const noexcept {
        store_lanes(draws + stride * word + i, scale * unit_lanes(words));
    }
};

}   // namespace causalmm::detail
