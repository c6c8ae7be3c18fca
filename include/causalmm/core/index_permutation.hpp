// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include <causalmm/core/config.hpp>
#include <causalmm/core/counter_rng.hpp>
#include <causalmm/core/site.hpp>

namespace causalmm::inline CAUSALMM_ABI {

/// A permutation of {0, ..., size - 1} that is looked up where it is needed, without a table.
///
/// (l, r) -> (r, l xor philox({r, round, head, layer}, stream_key)) eight times on the halves of an index; again while the result is
/// not below size
///
/// shape   size >= 1, at most 2^62; an image stands within four lookups on average
/// units   indices
/// errors  none
/// source  Luby and Rackoff, SIAM J. Comput. 17 (1988): four Feistel rounds look random, eight in small domains too; cycle walking: Black and Rogaway, CT-RSA 2002
class index_permutation {
  public:
    CAUSALMM_HD constexpr index_permutation(std::uint64_t seed, site const& where, index_t size) noexcept
        : key_{stream_key(seed, where.sample,
                          where.tower == tower::vision ? stream::permutation_vision : stream::permutation_language)},
          head_{static_cast<std::uint32_t>(where.head)},
          layer_{static_cast<std::uint32_t>(where.layer)},
          size_{static_cast<std::uint64_t>(size)} {
        while ((std::uint64_t{1} << (2 * half_bits_)) < size_) { ++half_bits_; }
    }

    CAUSALMM_HD constexpr index_t operator()(index_t index) const noexcept {
        std::uint64_t image = static_cast<std::uint64_t>(index);
        do { image = scrambled(image); } while (image >= size_);
        return static_cast<index_t>(image);
    }

  private:
    CAUSALMM_HD constexpr std::uint64_t scrambled(std::uint64_t index) const noexcept {
        std::uint64_t const mask = (std::uint64_t{1} << half_bits_) - 1;
        std::uint64_t left = index >> half_bits_, right = index & mask;
        for (std::uint32_t round = 0; round < 8; ++round) {
            // The high bit keeps these counters apart from those of transpositions.
            auto const words =
                philox4x32({static_cast<std::uint32_t>(right), 0x80000000u | round, head_, layer_}, key_);
            std::uint64_t const mixed = left ^ (words[0] & mask);
            left = right;
            right = mixed;
        }
        return left << half_bits_ | right;
    }

    std::array<std::uint32_t, 2> key_;
    std::uint32_t head_;
    std::uint32_t layer_;
    std::uint64_t size_;
    int half_bits_ = 1;
};

}   // namespace causalmm
