// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include <causalmm/attention/block.hpp>
#include <causalmm/attention/online.hpp>
#include <causalmm/attention/row_edit.hpp>
#include <causalmm/attention/row_statistics.hpp>
#include <causalmm/attention/workspace.hpp>
#include <causalmm/core/config.hpp>
#include <causalmm/core/lanes.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention::detail {

/// The pattern of a block of rows, (key, block row), from the first key on that any of them sees: O(keys) of memory.
struct strip {
    float* weights;
    block_sight const& sight;
    lanes top[block_vectors] = {splat(online_block::lowest), splat(online_block::lowest)};
    lanes sum[block_vectors] = {};

    strip(float* memory, block_sight const& seen) noexcept : weights{memory}, sight{seen} {}

    /// The weights of key `cell` and those behind it.
    float* at(index_t cell) const noexcept { return weights + (cell - sight.any.begin) * block_rows; }
    /// One row, indexed by cell.
    pattern_row<float, false> row(index_t which) const noexcept {
        return {weights + which - sight.any.begin * block_rows, block_rows};
    }

    /// Takes a tile of scores into account for the maximum.
    void scored(index_t first, index_t count) noexcept {
        with_masks(sight, first, count, [&](index_t vector, auto const& masks) {
            lanes largest = top[vector];
            for (index_t k = 0; k < count; ++k) {
                lanes const score = load_lanes(at(first + k) + vector * lane_count);
                largest = larger_lanes(largest, masks.sees(k) ? score : splat(online_block::lowest));
            }
            top[vector] = largest;
        });
    }
    /// Turns a tile of scores into exponentials, 0 where a row does not see a key.
    void weigh(index_t first, index_t count) noexcept {
        with_masks(sight, first, count, [&](index_t vector, auto const& masks) {
            lanes total{};
            for (index_t k = 0; k < count; ++k) {
                float* const score = at(first + k) + vector * lane_count;
                lanes const weight = exponential(load_lanes(score) - top[vector]);
                lanes const seen = masks.sees(k) ? weight : lanes{};
                store_lanes(score, seen);
                total += seen;
            }
            sum[vector] += total;
        });
    }
    /// Divides a tile by the sums; a row without keys stays 0.
    void normalize(index_t first, index_t count) noexcept {
        for (index_t vector = 0; vector < block_vectors; ++vector) {
            lanes const scale = sum[vector] > lanes{} ? 1.0f / sum[vector] : lanes{};
            for (index_t k = 0; k < count; ++k) {
                float* const weight = at(first + k) + vector * lane_count;
                store_lanes(weight, load_lanes(weight) * scale);
            }
        }
    }
    row_scale scale(index_t which) const noexcept {
        float const total = sum[which / lane_count][which % lane_count];
        if (total == 0.0f) { return {}; }
        return {.max_prob = 1.0f / total, .lse = top[which / lane_count][which % lane_count] + std::log(total)};
    }
    template <class Function>
    void for_each_tile(Function const& f) const noexcept {
        detail::for_each_tile({sight.any.begin, sight.any.end}, sight, f);
    }
};

/// Streaming attention of a block of rows of one head.
template <class Head>
class stream_block {
  public:
    stream_block(Head& head, index_t first, index_t count) noexcept
        : head_{head}, sight_{head.rows, first, count}, first_{first}, count_{count} {
        pack_queries(head.query, first, count, head.scale, head.memory.query);
    }

    void run_online(bool edited) noexcept {
        online_block inside{head_.memory.inside, head_.value_dim()};
        online_block outside{head_.memory.outside, head_.value_dim()};
        for (visibility::key_range const range : head_.cells.inside) { attend(range, inside, edited); }
        for (visibility::key_range const range : head_.cells.outside) { attend(range, outside, false); }
        auto const part = [](online_block const& of, index_t row) {
            return row_part{.top = of.top_of(row), .sum = of.sum_of(row), .z = of.z + row, .stride = block_rows};
        };
        for (index_t row = 0; row < count_; ++row) {
            head_.finish(first_ + row, part(inside, row), part(outside, row), watch_.finite(row), edited);
        }
    }

    void run_strip() noexcept {
        strip pattern{head_.memory.strip, sight_};
        pattern.for_each_tile([&](index_t key, index_t keys) {
            score_keys(key, keys, pattern.at(key));
            pattern.scored(key, keys);
        });
        pattern.for_each_tile([&](index_t key, index_t keys) { pattern.weigh(key, keys); });
        pattern.for_each_tile([&](index_t key, index_t keys) { pattern.normalize(key, keys); });
        if (head_.wants_factual()) {
            write(pattern, [this](index_t at) { return head_.factual_row(at); });
        }
        std::array<bool, static_cast<std::size_t>(block_rows)> good{};
        for (index_t row = 0; row < count_; ++row) {
            head_.note(first_ + row, pattern.scale(row));
            good[static_cast<std::size_t>(row)] =
                watch_.finite(row) &&
                head_.edit_row_weights(first_ + row, pattern.row(row), head_.rows.keys(first_ + row));
        }
        write(pattern, [this](index_t at) { return head_.z_row(at); });
        for (index_t row = 0; row < count_; ++row) {
            if (!good[static_cast<std::size_t>(row)]) { head_.spoil(first_ + row); }
        }
    }

    bool finite(index_t row) const noexcept { return watch_.finite(row); }

  private:
    void attend(visibility::key_range const range, online_block& to, bool edited) noexcept {
        float* const scores = head_.memory.scores;
        for_each_tile(range, sight_, [&](index_t key, index_t keys) {
            score_keys(key, keys, scores);
            if constexpr (Head::edits_scores) {
                for (index_t row = 0; edited && row < count_; ++row) {
                    head_.edit_scores(first_ + row, head_.rows.runs(first_ + row)[0], key, keys, scores + row,
                                      block_rows);
                }
            }
            with_masks(sight_, key, keys, [&](index_t vector, auto const& masks) {
                to.weigh(vector, scores + vector * lane_count, keys, masks, head_.value_dim());
            });
            add_values(scores, key, keys, to.z);
        });
    }
    void score_keys(index_t key, index_t keys, float* scores) noexcept {
        tile const rows = load_tile(head_.key, key, keys, head_.memory.keys);
        score_tile(head_.memory.query, head_.key.extent(1), rows, keys, scores);
        with_masks(sight_, key, keys, [&](index_t vector, auto const& masks) {
            for (index_t k = 0; k < keys; ++k) {
                watch_.see(vector, load_lanes(scores + k * block_rows + vector * lane_count), masks.sees(k));
            }
        });
    }
    void add_values(float const* weights, index_t key, index_t keys, float* z) noexcept {
        tile const rows = load_tile(head_.value, key, keys, head_.memory.values);
        add_block_values(weights, key, keys, rows, head_.value_dim(), sight_, z);
    }
    template <class Row>
    void write(strip const& pattern, Row const& row_of) noexcept {
        float* const z = head_.memory.inside;
        std::fill_n(z, head_.value_dim() * block_rows, 0.0f);
        pattern.for_each_tile([&](index_t key, index_t keys) { add_values(pattern.at(key), key, keys, z); });
        for (index_t row = 0; row < count_; ++row) {
            scale_part({.top = 0.0f, .sum = 1.0f, .z = z + row, .stride = block_rows}, 1.0f, head_.value_dim(),
                       row_of(first_ + row));
        }
    }

    Head& head_;
    block_sight sight_;
    score_watch watch_{};
    index_t first_;
    index_t count_;
};

/// Runs rows [first, first + count) of a head, count <= block_rows.
template <class Head>
void run_block(Head& head, index_t first, index_t count) noexcept {
    stream_block block{head, first, count};
    if constexpr (needs_strip<typename Head::policy_type>) {
        if (head.applies) { return block.run_strip(); }
    }
    if (head.passes_twice()) { block.run_online(false); }
    block.run_online(head.applies);
}

}   // namespace causalmm::attention::detail
