// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>

#include <causalmm/attention/block.hpp>
#include <causalmm/attention/online.hpp>
#include <causalmm/attention/row_edit.hpp>
#include <causalmm/attention/row_statistics.hpp>
#include <causalmm/attention/stream_block.hpp>
#include <causalmm/attention/stream_row.hpp>
#include <causalmm/core/config.hpp>
#include <causalmm/core/lanes.hpp>
#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention::detail {

/// Attention of one row by weights that are drawn: neither queries nor keys are read.
template <class Head>
void run_drawn_row(Head& head, index_t at) noexcept {
    visible_keys const keys = head.rows.packed_keys(at);
    float* const weights = head.memory.strip;
    pattern_row<float, true> const row{weights, 1};
    replace(row, keys, head.drawn_weights(at));
    if constexpr (intervention::restores_mass<typename Head::policy_type>) {
        if (keys.total > 0) { restore(row, keys, 1.0); }
    }
    write_packed(head, at, weights, head.z_row(at));
}

/// The same for a block of rows, a tile of keys at a time.
template <class Head>
class drawn_block {
    static constexpr index_t chunk_keys = 64;                 // share draws: tiles start where they do
    static constexpr index_t draw_rows = 16, draw_keys = 8;   // a call draws every eighth key of a chunk
    static_assert(tile_keys % chunk_keys == 0);
    static constexpr bool restores = intervention::restores_mass<typename Head::policy_type>;

  public:
    drawn_block(Head& head, index_t first, index_t count) noexcept
        : head_{head}, sight_{head.rows, first, count}, first_{first}, count_{count} {}

    /// All rows for which wanted(row) says so.
    template <class Wanted>
    void run(Wanted const& wanted) noexcept {
        float* const z = head_.memory.inside;
        std::fill_n(z, head_.value_dim() * block_rows, 0.0f);
        index_t const origin = head_.rows.visibility.origin(head_.rows.batch);
        index_t const begin = sight_.any.begin - origin, end = sight_.any.end - origin;
        for (index_t drawn = begin - begin % chunk_keys; drawn < end; drawn += tile_keys) {
            index_t const drawn_end = std::min(drawn + tile_keys, end), first = std::max(drawn, begin);
            for (index_t chunk = drawn; chunk < drawn_end; chunk += chunk_keys) {
                draw(chunk, std::min(draw_keys, drawn_end - chunk), head_.memory.scores + (chunk - drawn) * block_rows);
            }
            float* const weights = head_.memory.scores + (first - drawn) * block_rows;
            index_t const from = first + origin, count = drawn_end - first;
            hide(weights, from, count);
            tile const values = load_tile(head_.value, from, count, head_.memory.values);
            add_block_values(weights, from, count, values, head_.value_dim(), sight_, z);
        }
        for (index_t row = 0; row < count_; ++row) {
            if (wanted(row)) { finish(row); }
        }
    }

  private:
    /// Weights (key, block row) of a chunk of keys from position `first` on; of each eight keys, those before `keys`.
    void draw(index_t first, index_t keys, float* weights) noexcept {
        for (index_t row = 0; row < block_rows; row += draw_rows) {
            auto const drawn = head_.drawn_weights(first_ + row);
            for (index_t key = 0; key < keys; ++key) {
                float* const to = weights + key * block_rows + row;
                if constexpr (block_rows >= draw_rows) {
                    drawn.rows(first + key, to, draw_keys * block_rows);
                } else {   // the block is narrower than what is drawn
                    float some[static_cast<std::size_t>(draw_rows * chunk_keys / draw_keys)];
                    drawn.rows(first + key, some, draw_rows);
                    for (index_t i = 0; i < chunk_keys / draw_keys; ++i) {
                        std::copy_n(some + draw_rows * i, block_rows, to + draw_keys * block_rows * i);
                    }
                }
            }
        }
    }
    /// Zeros where a row does not see a key; adds up the rest.
    void hide(float* weights, index_t from, index_t count) noexcept {
        if (!restores && sight_.everywhere(from, from + count)) { return; }
        with_masks(sight_, from, count, [&](index_t vector, auto const& masks) {
            lanes total{};
            for (index_t k = 0; k < count; ++k) {
                float* const at = weights + k * block_rows + vector * lane_count;
                lanes const seen = masks.sees(k) ? load_lanes(at) : lanes{};
                store_lanes(at, seen);
                total += seen;
            }
            total_[vector] += total;
        });
    }
    void finish(index_t row) noexcept {
        float const total = total_[row / lane_count][row % lane_count];
        if (restores && (!(total > 0.0f) || head_.rows.keys(first_ + row).total < 2)) {
            return run_drawn_row(head_, first_ + row);   // becomes uniform
        }
        scale_part({.top = 0.0f, .sum = 1.0f, .z = head_.memory.inside + row, .stride = block_rows},
                   restores ? 1.0f / total : 1.0f, head_.value_dim(), head_.z_row(first_ + row));
    }

    Head& head_;
    block_sight sight_;
    lanes total_[block_vectors] = {};
    index_t first_;
    index_t count_;
};

/// Runs rows [first, first + count) of a head if their weights can be drawn; a row that is not finite where factual rows are asked
/// for is left spoilt.
template <class Head>
bool run_drawn(Head& head, index_t first, index_t count) noexcept {
    if constexpr (intervention::drawn_policy<typename Head::policy_type>) {
        if (!head.only_draws(first, count)) { return false; }
        bool const factual = head.wants_factual_pass();
        if constexpr (!Head::scattered) {
            if (fills_block(count)) {
                if (!factual) {
                    drawn_block{head, first, count}.run([](index_t /*row*/) { return true; });
                } else {
                    stream_block block{head, first, count};
                    block.run_online(false);
                    drawn_block{head, first, count}.run([&block](index_t row) { return block.finite(row); });
                }
                return true;
            }
        }
        for (index_t at = first; at < first + count; ++at) {
            if (!factual || run_online_row(head, at, false)) { run_drawn_row(head, at); }
        }
        return true;
    }
    return false;
}

}   // namespace causalmm::attention::detail
