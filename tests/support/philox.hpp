// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

/// The generator of the draws once more, from its published definition: Salmon et al., SC 2011, figure 4 and section 5.3.
namespace oracle {

using words4 = std::array<std::uint32_t, 4>;
using words2 = std::array<std::uint32_t, 2>;

inline std::uint32_t high(std::uint32_t a, std::uint32_t b) {
    return static_cast<std::uint32_t>((std::uint64_t{a} * b) >> 32);
}

/// One S-box round; key words grow by the golden ratio and sqrt(3) - 1 between rounds.
inline words4 philox_round(words4 x, words2 k) {
    std::uint32_t const m0 = 0xD2511F53, m1 = 0xCD9E8D57;
    return {high(m1, x[2]) ^ x[1] ^ k[0], m1 * x[2], high(m0, x[0]) ^ x[3] ^ k[1], m0 * x[0]};
}

inline words4 philox(words4 counter, words2 key, int rounds = 10) {
    for (int i = 0; i < rounds; ++i) {
        words2 const round_key{key[0] + static_cast<std::uint32_t>(i) * 0x9E3779B9u,
                               key[1] + static_cast<std::uint32_t>(i) * 0xBB67AE85u};
        counter = philox_round(counter, round_key);
    }
    return counter;
}

inline std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x & 0xFFFFFFFFu); }
inline std::uint32_t top(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

/// Purposes of a key, numbered as the documentation of causalmm::stream lists them.
enum purpose : std::uint32_t {
    attention_vision,
    attention_language,
    permutation_vision,
    permutation_language,
    token,
    noise
};

inline words2 key_of(std::uint64_t seed, std::uint64_t sample, purpose what) {
    words4 const mixed = philox({low(sample), top(sample), what, 0}, {low(seed), top(seed)});
    return {mixed[0], mixed[1]};
}

/// u(key) of one attention row, to sixteen bits: seven rounds, the least that passes BigCrush by table 2 of the paper. Each word
/// serves two keys, with its lower half the one whose eight-key group is even.
inline double row_draw(words2 key, std::uint64_t layer, std::uint64_t head, std::uint64_t query,
                       std::uint64_t position) {
    std::uint64_t const chunk = position / 64, inside = position % 64;
    words4 const words = philox({low(8 * chunk + inside % 8), low(query), low(head), low(layer)}, key, 7);
    std::uint64_t const group = inside / 8;
    std::uint32_t const half = group % 2 == 0 ? words[group / 2] % 65536 : words[group / 2] / 65536;
    return (half + 0.5) / 65536.0;
}

/// j of the swap (i, j): floor(u (i + 1)) with u the i-th word over 2^32; the product is below 2^64.
inline std::uint64_t swap_partner(words2 key, std::uint64_t layer, std::uint64_t head, std::uint64_t i) {
    words4 const words = philox({low(i / 4), 0, low(head), low(layer)}, key);
    return (std::uint64_t{words[i % 4]} * (i + 1)) / 4294967296u;
}

}   // namespace oracle
