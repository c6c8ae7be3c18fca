// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

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
inline lane_pairs lower_products(lane_pairs const a, std::uint64_t b) noexcept {
    return lower_products(a, splat_pairs(b));
}
inline std::uint64_t lower_products(std::uint64_t a, std::uint64_t b) noexcept { return (a & 0xffffffffu) * b; }

/// The state of evaluations side by side. A word that differs between them is lane_pairs, one that all share a std::uint64_t, and
/// so are the products and the bits that come of it: a counter of one changing word takes 20 products in seven rounds, not 28.
template <class A, class B, class C, class D>
struct philox_words {
    A a;
    B b;
    C c;
    D d;
};
template <class Word>
using philox_word = std::conditional_t<std::is_integral_v<Word>, std::uint64_t, lane_pairs>;
template <class A, class B, class C, class D>
philox_words(A, B, C, D) -> philox_words<philox_word<A>, philox_word<B>, philox_word<C>, philox_word<D>>;

/// Each half of a lane holds what a multiplication needs of it, so that nothing is moved between the rounds.
template <int Rounds, class Words>
inline auto philox_rounds(Words const& x, std::array<std::uint32_t, 2> key) noexcept {
    if constexpr (Rounds == 0) {
        return x;
    } else {
        auto const a = lower_products(x.a, 0xd2511f53u);
        auto const c = lower_products(x.c, 0xcd9e8d57u);
        return philox_rounds<Rounds - 1>(philox_words{(c >> 32) ^ (x.b ^ key[0]), c, (a >> 32) ^ (x.d ^ key[1]), a},
                                         {key[0] + 0x9e3779b9u, key[1] + 0xbb67ae85u});
    }
}

/// Philox4x32 of sixteen evaluations side by side, of which counter(i) gives the words: take(word, i, x) is called with the words
/// of the evaluations i, i + 1, ... in the lanes of x.
template <int Rounds, class Counter, class Take>
inline void philox_lanes(Counter const& counter, std::array<std::uint32_t, 2> key, Take const& take) noexcept {
    for (index_t from = 0; from < 16; from += lane_count) {
        lane_pairs index = {};
        for (index_t lane = 0; lane < lane_count / 2; ++lane) {
            index[lane] = static_cast<std::uint64_t>(from + 2 * lane);
        }
        auto const even = philox_rounds<Rounds>(counter(index), key);
        auto const odd = philox_rounds<Rounds>(counter(index + 1), key);
        auto const join = [](lane_pairs const low, lane_pairs const high) {
            return std::bit_cast<lane_uints>((low & 0xffffffffu) | (high << 32));
        };
        take(0, from, join(even.a, odd.a));
        take(1, from, join(even.b, odd.b));
        take(2, from, join(even.c, odd.c));
        take(3, from, join(even.d, odd.d));
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
