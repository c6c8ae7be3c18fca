// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include <causalmm/attention/block.hpp>
#include <causalmm/core/config.hpp>
#include <causalmm/core/lanes.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention::detail {

/// What each row of a block sees; lanes beyond the last row repeat it, so that they ask for no masks of their own.
struct block_sight {
    std::array<visibility::key_range, static_cast<std::size_t>(block_rows)> rows{};
    visibility::key_range any{std::numeric_limits<index_t>::max(),
                              0};   // from the first to the last key that any row sees
    visibility::key_range all{0, std::numeric_limits<index_t>::max()};   // the keys that every row sees

    template <class Rows>
    block_sight(Rows const& of, index_t first, index_t count) noexcept {
        for (index_t row = 0; row < block_rows; ++row) {
            visibility::key_range const seen = of.visible(first + (row < count ? row : count - 1));
            rows[static_cast<std::size_t>(row)] = seen;
            all = {std::max(all.begin, seen.begin), std::min(all.end, seen.end)};
            if (seen.size() > 0) { any = {std::min(any.begin, seen.begin), std::max(any.end, seen.end)}; }
        }
        if (any.size() == 0) { any = {}; }   // what starts at the largest index cannot be counted from
    }
    bool everywhere(index_t begin, index_t end) const noexcept { return all.begin <= begin && end <= all.end; }
};

/// The rows of one register, from which key of a tile to which they see.
class lane_masks {
  public:
    lane_masks(block_sight const& sight, index_t vector, index_t first, index_t count) noexcept {
        for (index_t lane = 0; lane < lane_count; ++lane) {
            visibility::key_range const seen = sight.rows[static_cast<std::size_t>(vector * lane_count + lane)];
            begin_[lane] = static_cast<std::int32_t>(std::clamp(seen.begin - first, index_t{0}, count));
            end_[lane] = static_cast<std::int32_t>(std::clamp(seen.end - first, index_t{0}, count));
        }
    }
    lane_words sees(index_t key) const noexcept {
        lane_words const at = splat(static_cast<std::int32_t>(key));
        return (at >= begin_) & (at < end_);
    }

  private:
    lane_words begin_{};
    lane_words end_{};
};

/// Stands for the masks of a tile that every row sees.
struct no_masks {
    static lane_words sees(index_t /*key*/) noexcept { return splat(std::int32_t{-1}); }
};

/// The largest magnitude among scores, as bits: NaN and infinity are the largest of all, under -ffast-math too.
struct score_watch {
    lane_words largest[block_vectors] = {};

    void see(index_t vector, lanes const score, lane_words const sees) noexcept {
        lane_words bits;
        std::memcpy(&bits, &score, sizeof(bits));
        bits &= sees & 0x7fffffff;
        largest[vector] = bits > largest[vector] ? bits : largest[vector];
    }
    bool finite(index_t row) const noexcept { return largest[row / lane_count][row % lane_count] < 0x7f800000; }
};

/// Attention of a block over the keys added so far, not yet divided by the sums: z (value dim, block row).
struct online_block {
    // No score is lower. Minus infinity would make a NaN of the difference to itself.
    static constexpr float lowest = -std::numeric_limits<float>::max();

    lanes top[block_vectors] = {splat(lowest), splat(lowest)};
    lanes sum[block_vectors] = {};
    float* z;

    online_block(float* memory, index_t value_dim) noexcept : z{memory} {
        std::fill_n(z, value_dim * block_rows, 0.0f);
    }

    /// Turns a tile of scores into weights relative to the largest score so far.
    template <class Masks>
    void weigh(index_t vector, float* scores, index_t count, Masks const& masks, index_t value_dim) noexcept {
        lanes largest = top[vector];
        for (index_t k = 0; k < count; ++k) {
            lanes const score = load_lanes(scores + k * block_rows);
            largest = larger_lanes(largest, masks.sees(k) ? score : splat(lowest));
        }
        rescale(vector, largest, value_dim);
        lanes total{};   // of the tile alone: a shorter sum is a more exact one
        for (index_t k = 0; k < count; ++k) {
            lanes const weight = exponential(load_lanes(scores + k * block_rows) - largest);
            lanes const seen = masks.sees(k) ? weight : lanes{};
            store_lanes(scores + k * block_rows, seen);
            total += seen;
        }
        sum[vector] += total;
    }

    float top_of(index_t row) const noexcept { return top[row / lane_count][row % lane_count]; }
    float sum_of(index_t row) const noexcept { return sum[row / lane_count][row % lane_count]; }

  private:
    void rescale(index_t vector, lanes const largest, index_t value_dim) noexcept {
        if (!any_lane(largest > top[vector])) { return; }
        lanes const factor = exponential(top[vector] - largest);
        top[vector] = largest;
        sum[vector] *= factor;
        for (index_t i = 0; i < value_dim; ++i) {
            float* const at = z + i * block_rows + vector * lane_count;
            store_lanes(at, load_lanes(at) * factor);
        }
    }
};

/// Whether `count` rows of a tile hold only finite numbers, by the largest magnitude among their bits.
inline bool finite_tile(tile const rows, index_t count, index_t dim) noexcept {
    std::uint32_t largest = 0;
    for (index_t row = 0; row < count; ++row) {
        auto const magnitude = [at = rows.data + row * rows.stride](index_t i) {
            return std::bit_cast<std::uint32_t>(at[i]) & 0x7fffffffu;
        };
        largest = std::max(largest, causalmm::detail::reduce(dim, 0u, magnitude, causalmm::detail::larger{}));
    }
    return largest < 0x7f800000u;
}

/// Adds weighted values to z; a value that some rows do not see touches no bit of them.
inline void add_block_values(float const* weights, index_t first, index_t count, tile const values, index_t dim,
                             block_sight const& sight, float* z) noexcept {
    if (sight.everywhere(first, first + count) || finite_tile(values, count, dim)) {
        return value_tile(weights, count, values, dim, z);
    }
    auto const sees = [&](index_t key, index_t row) {
        visibility::key_range const seen = sight.rows[static_cast<std::size_t>(row)];
        return first + key >= seen.begin && first + key < seen.end;
    };
    value_tile_masked(weights, count, values, dim, sees, z);
}

/// Calls f(first, count) for the tiles of a range of keys that any row of the block sees.
template <class Function>
void for_each_tile(visibility::key_range const range, block_sight const& sight, Function const& f) noexcept {
    index_t const end = std::min(range.end, sight.any.end);
    for (index_t first = std::max(range.begin, sight.any.begin); first < end; first += tile_keys) {
        f(first, std::min(tile_keys, end - first));
    }
}

/// Calls f(vector, masks) for each register of a block, with masks only where a row does not see the whole tile.
template <class Function>
void with_masks(block_sight const& sight, index_t first, index_t count, Function const& f) noexcept {
    for (index_t vector = 0; vector < block_vectors; ++vector) {
        if (sight.everywhere(first, first + count)) {
            f(vector, no_masks{});
        } else {
            f(vector, lane_masks{sight, vector, first, count});
        }
    }
}

}   // namespace causalmm::attention::detail
