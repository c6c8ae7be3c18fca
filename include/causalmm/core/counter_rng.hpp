// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <causalmm/core/config.hpp>
#include <causalmm/core/lanes.hpp>
#include <causalmm/core/philox_lanes.hpp>
#include <causalmm/core/site.hpp>

namespace causalmm::inline CAUSALMM_ABI {

/// Counter-based random numbers: rounds of multiplication and exclusive-or turn a counter and a key into 128 random bits.
///
/// shape   (4 words, 2 words) -> 4 words
/// units   uniform 32-bit words
/// errors  none
/// source  Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011: Philox4x32-10, and with 7 rounds the least
///         that passes every test of BigCrush (table 2)
CAUSALMM_HD constexpr std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                              std::array<std::uint32_t, 2> key,
                                                              int rounds = 10) noexcept {
    for (int round = 0; round < rounds; ++round) {
        std::uint64_t const a = std::uint64_t{0xd2511f53u} * counter[0];
        std::uint64_t const b = std::uint64_t{0xcd9e8d57u} * counter[2];
        counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
                   static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
        key = {key[0] + 0x9e3779b9u, key[1] + 0xbb67ae85u};
    }
    return counter;
}

/// Sixteen evaluations side by side, with counters {c0, c1 + i, c2, c3}: word w of evaluation i becomes words[16 w + i].
///
/// shape   (4 words, 2 words) -> 64 words
/// units   uniform 32-bit words, the same as by philox4x32
/// errors  none
/// source  as philox4x32; c1 + i begins again at 2^32
inline void philox4x32x16(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key,
                          std::uint32_t* words) noexcept {
    detail::philox_lanes<10>(
        [&](auto i) {
            return detail::philox_words{counter[0], counter[1] + i, counter[2], counter[3]};
        },
        key, detail::word_writer{words});
}

/// The float in [0, 1) that the upper 24 bits of a word stand for; 1 is never reached.
///
/// shape   one word
/// units   multiples of 2^-24
/// errors  none
/// source  float(word) * 2^-32 rounds up to 1 for the largest words, so the low eight bits are dropped
CAUSALMM_HD constexpr float unit_float(std::uint32_t word) noexcept { return static_cast<float>(word >> 8) * 0x1p-24f; }

/// The middle of the interval in (0, 1) that sixteen bits stand for, times `scale`.
///
/// scale (h + 1/2) / 2^16
///
/// shape   one half of a word
/// units   odd multiples of scale 2^-17, so that the mean of all is scale / 2
/// errors  none
/// source  two draws a word: the generator is what a drawn attention map costs, and 2^-16 is finer than a bf16 weight
CAUSALMM_HD constexpr float half_float(std::uint32_t half, float scale = 1.0f) noexcept {
    return static_cast<float>(2 * half + 1) * (scale * 0x1p-17f);
}

/// What a draw is for; streams of different purpose never share a number.
///
/// shape   one byte
/// units   none
/// errors  none
/// source  domain separation of one key
enum class stream : std::uint8_t {
    attention_vision,
    attention_language,
    permutation_vision,
    permutation_language,
    token,
    noise
};

/// Key of all draws of one purpose for one sample.
///
/// key = philox({sample, stream, 0}, seed)
///
/// shape   2 words
/// units   none
/// errors  none
/// source  the seed and the sample are mixed by the generator itself, so neighbouring seeds do not overlap
CAUSALMM_HD constexpr std::array<std::uint32_t, 2> stream_key(std::uint64_t seed, std::uint64_t sample,
                                                              stream purpose) noexcept {
    auto const words = philox4x32({static_cast<std::uint32_t>(sample), static_cast<std::uint32_t>(sample >> 32),
                                   static_cast<std::uint32_t>(purpose), 0u},
                                  {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
    return {words[0], words[1]};
}

/// Uniform draws of one attention row, as a function of key position.
///
/// u(key) = (h + 1/2) / 2^16,  h = half (key / 8 mod 8) of philox7({8 (key / 64) + key mod 8, query, head, layer}, stream_key);
/// halves 2 w and 2 w + 1 are the lower and the upper sixteen bits of word w
///
/// shape   one row; 64 keys share eight evaluations of the generator, sixteen of which run side by side;
///         at key 2^35, and at query, head or layer 2^32, the numbers begin again
/// units   (0, 1), odd multiples of 2^-17: see half_float
/// errors  none
/// source  (seed, sample, tower, layer, head, query, key) decide the draw: batch, order, threads and ranks do not; seven rounds,
///         as a map has millions of draws and one evaluation is their cost
struct row_draws {
    static constexpr index_t chunk_size = 128;
    static constexpr int rounds = 7;

    CAUSALMM_HD constexpr row_draws(std::uint64_t seed, site const& where) noexcept
        : key_{stream_key(seed, where.sample,
                          where.tower == tower::vision ? stream::attention_vision : stream::attention_language)},
          query_{static_cast<std::uint32_t>(where.query)},
          head_{static_cast<std::uint32_t>(where.head)},
          layer_{static_cast<std::uint32_t>(where.layer)} {}

    CAUSALMM_HD constexpr float operator()(index_t key, float scale = 1.0f) const noexcept {
        auto const words = philox4x32({block(key), query_, head_, layer_}, key_, rounds);
        std::uint32_t const word = words[static_cast<std::size_t>(key / 16 % 4)];
        return half_float(key / 8 % 2 == 0 ? word & 0xffffu : word >> 16, scale);
    }

    /// The 128 draws of the keys from `first`, a multiple of 64, on, times `scale`.
    void chunk(index_t first, float* draws, float scale = 1.0f) const noexcept {
        detail::chunk_writer const to{draws, scale * 0x1p-17f};
        detail::philox_lanes<rounds>(
            [&](auto i) {
                return detail::philox_words{block(first) + i, query_, head_, layer_};
            },
            key_, to);
    }

    /// The draws of 16 rows, from this query on, at the keys `key`, key + 8, ..., key + 56 of one chunk of 64, so that key mod
    /// 64 < 8: draws[stride i + row] belongs to key + 8 i.
    void rows(index_t key, float* draws, index_t stride = 16, float scale = 1.0f) const noexcept {
        detail::half_writer const to{draws, stride, scale * 0x1p-17f};
        detail::philox_lanes<rounds>(
            [&](auto i) {
                return detail::philox_words{block(key), query_ + i, head_, layer_};
            },
            key_, to);
    }

  private:
    CAUSALMM_HD static constexpr std::uint32_t block(index_t key) noexcept {
        return static_cast<std::uint32_t>(8 * (key / 64) + key % 8);
    }
    std::array<std::uint32_t, 2> key_;
    std::uint32_t query_;
    std::uint32_t head_;
    std::uint32_t layer_;
};

/// Transpositions that shuffle a sequence in place, evaluated in ascending order.
///
/// for i = 1, 2, ...: swap(x[i], x[j]) with j = floor(u(i) (i + 1)) uniform in {0, ..., i}
///
/// shape   rank -> rank, at most 2^32 ranks; the shuffle of n + 1 elements extends that of n by one swap
/// units   ranks among visible keys
/// errors  none
/// source  Durstenfeld, "Algorithm 235: Random permutation", CACM 1964, run upwards; so a growing cache needs one swap a token
class transpositions {
  public:
    CAUSALMM_HD constexpr transpositions(std::uint64_t seed, site const& where) noexcept
        : key_{stream_key(seed, where.sample,
                          where.tower == tower::vision ? stream::permutation_vision : stream::permutation_language)},
          head_{static_cast<std::uint32_t>(where.head)},
          layer_{static_cast<std::uint32_t>(where.layer)} {}

    CAUSALMM_HD constexpr index_t operator()(index_t rank) noexcept {
        if (rank / 4 != evaluation_) {
            evaluation_ = rank / 4;
            words_ = philox4x32({static_cast<std::uint32_t>(evaluation_), 0u, head_, layer_}, key_);
        }
        return static_cast<index_t>(partner(words_[static_cast<std::size_t>(rank % 4)], rank));
    }

    /// The partners of the 64 ranks from `first`, a multiple of 64, on: the same numbers as one at a time.
    void chunk(index_t first, std::uint32_t* partners) const noexcept {
        std::array<std::uint32_t, 64> words;   // word w of evaluation i at 16 w + i
        auto const evaluation = static_cast<std::uint32_t>(first / 4);
        detail::philox_lanes<10>(
            [&](auto i) {
                return detail::philox_words{evaluation + i, 0u, head_, layer_};
            },
            key_, detail::word_writer{words.data()});
        for (std::size_t i = 0; i < 64; ++i) {
            partners[i] = partner(words[16 * (i % 4) + i / 4], first + static_cast<index_t>(i));
        }
    }

    /// Whether two rows are shuffled alike.
    friend constexpr bool operator==(transpositions const& a, transpositions const& b) noexcept {
        return a.key_ == b.key_ && a.head_ == b.head_ && a.layer_ == b.layer_;
    }

  private:
    CAUSALMM_HD static constexpr std::uint32_t partner(std::uint32_t word, index_t rank) noexcept {
        return static_cast<std::uint32_t>((std::uint64_t{word} * static_cast<std::uint64_t>(rank + 1)) >> 32);
    }

    std::array<std::uint32_t, 2> key_;
    std::uint32_t head_;
    std::uint32_t layer_;
    index_t evaluation_ = -1;
    std::array<std::uint32_t, 4> words_{};
};

}   // namespace causalmm
