// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <utility>

#include <causalmm/attention/block.hpp>
#include <causalmm/attention/row_edit.hpp>
#include <causalmm/attention/row_statistics.hpp>
#include <causalmm/attention/workspace.hpp>
#include <causalmm/core/config.hpp>
#include <causalmm/core/dtype.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/lanes.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention::detail {

template <scalar T>
inline constexpr index_t line_elements = 64 / index_t{sizeof(T)};   // of a line of the caches

/// <query, key>, a lane a dimension.
template <scalar T>
inline float row_product(float const* query, index_t dim, T const* key) noexcept {
    lanes sum{};
    index_t i = 0;
    for (; i + lane_count <= dim; i += lane_count) { sum += load_lanes(query + i) * load_lanes(key + i); }
    float total = sum_lanes(sum);
    for (; i < dim; ++i) { total += query[i] * static_cast<float>(key[i]); }
    return total;
}

// Rows ahead that are asked for where the heads of a cache stand side by side: hardware follows rows alone, not steps of a page.
inline constexpr index_t rows_ahead = 16;

/// scores[k] = <query, key k> for the keys in [first, first + count), and for no other. One key after the other: several at a time
/// are twice as slow where keys come from memory, whose prefetcher wants them in order. Not inlined: see score_tile.
template <scalar T>
[[gnu::noinline]] inline void row_scores(float const* query, tensor_view<T const, 2> const& keys, index_t first,
                                         index_t count, float* scores) noexcept {
    index_t const dim = keys.extent(1), stride = keys.strides[0];
    bool const apart = stride != dim;
    for (index_t k = 0; k < count; ++k) {
        T const* const key = keys.data + (first + k) * stride;
        for (index_t i = 0; apart && i < dim; i += line_elements<T>) {
            __builtin_prefetch(key + rows_ahead * stride + i);
        }
        scores[k] = row_product(query, dim, key);
    }
}

/// z += sum_k weights[k] value_k for the dimensions that `Count` registers hold; the last register ends where they end, and what
/// overlaps the one before it is left out.
template <std::size_t Count, scalar T>
inline void row_values(float const* weights, index_t count, T const* values, index_t stride, bool apart, index_t dim,
                       float* z) noexcept {
    constexpr index_t whole = index_t{Count} - 1;
    lanes sums[Count] = {};
    for (index_t k = 0; k < count; ++k) {
        T const* const value = values + k * stride;
        for (index_t i = 0; apart && i < dim; i += line_elements<T>) {
            __builtin_prefetch(value + rows_ahead * stride + i);
        }
        for (index_t v = 0; v < whole; ++v) { sums[v] += load_lanes(value + v * lane_count) * weights[k]; }
        sums[whole] += load_lanes(value + dim - lane_count) * weights[k];
    }
    for (index_t v = 0; v < whole; ++v) { store_lanes(z + v * lane_count, load_lanes(z + v * lane_count) + sums[v]); }
    for (index_t i = whole * lane_count; i < dim; ++i) { z[i] += sums[whole][i - dim + lane_count]; }
}

/// row_values of as many registers as `dim` dimensions fill, at most eight.
template <std::size_t... Fewer, class... Arguments>
inline void row_values_any(std::index_sequence<Fewer...>, index_t dim, Arguments const&... arguments) noexcept {
    auto const registers = static_cast<std::size_t>((dim + lane_count - 1) / lane_count);
    (void)((registers == Fewer + 1 ? (row_values<Fewer + 1>(arguments...), true) : false) || ...);
}

/// z += sum_k weights[k] value_k over the keys in [first, first + count). Not inlined: see score_tile.
template <scalar T>
[[gnu::noinline]] inline void add_row_values(float const* weights, tensor_view<T const, 2> const& values, index_t first,
                                             index_t count, float* z) noexcept {
    index_t const dim = values.extent(1), stride = values.strides[0];
    T const* const from = values.data + first * stride;
    for (index_t i = 0; i < dim && dim >= lane_count; i += 8 * lane_count) {
        index_t const some = std::min(dim - i, 8 * lane_count);
        row_values_any(std::make_index_sequence<8>{}, some, weights, count, from + i, stride, stride != dim, some,
                       z + i);
    }
    for (index_t i = 0; i < dim && dim < lane_count; ++i) {
        for (index_t k = 0; k < count; ++k) { z[i] += weights[k] * static_cast<float>(from[k * stride + i]); }
    }
}

/// The largest of `count` scores and whether all are finite, by their bits.
struct row_extremes {
    float largest = -std::numeric_limits<float>::max();
    bool finite = true;

    row_extremes(float const* scores, index_t count) noexcept {
        lanes top = splat(largest);
        lane_words magnitude{};
        auto const see = [&](lanes const score) {
            top = larger_lanes(top, score);
            lane_words bits;
            std::memcpy(&bits, &score, sizeof(bits));
            bits &= 0x7fffffff;
            magnitude = bits > magnitude ? bits : magnitude;
        };
        index_t k = 0;
        for (; k + lane_count <= count; k += lane_count) { see(load_lanes(scores + k)); }
        for (; k < count; ++k) { see(splat(scores[k])); }
        for (index_t lane = 0; lane < lane_count; ++lane) { largest = std::max(largest, top[lane]); }
        finite = !any_lane(magnitude >= 0x7f800000);
    }
};

/// exp(score - top) in place; their sum.
inline float exponentials(float* scores, index_t count, float top) noexcept {
    lanes total{};
    index_t k = 0;
    for (; k + lane_count <= count; k += lane_count) {
        lanes const weight = exponential(load_lanes(scores + k) - splat(top));
        store_lanes(scores + k, weight);
        total += weight;
    }
    float rest = 0.0f;
    for (; k < count; ++k) {
        scores[k] = exponential(splat(scores[k] - top))[0];
        rest += scores[k];
    }
    return sum_lanes(total) + rest;
}

/// Attention of one row over the keys added so far, see row_part.
struct online_row {
    row_part part;
    float* z;

    online_row(float* memory, index_t value_dim) noexcept
        : part{.top = -std::numeric_limits<float>::max(), .sum = 0.0f, .z = memory, .stride = 1}, z{memory} {
        std::fill_n(z, value_dim, 0.0f);
    }
    /// Adds a tile of scores, which become weights.
    template <scalar T>
    void add(float* scores, tensor_view<T const, 2> const& values, index_t first, index_t count) noexcept {
        float const largest = std::max(part.top, row_extremes{scores, count}.largest);
        if (largest > part.top) {
            float const factor = std::exp(part.top - largest);
            part.top = largest;
            part.sum *= factor;
            for (index_t i = 0; i < values.extent(1); ++i) { z[i] *= factor; }
        }
        part.sum += exponentials(scores, count, part.top);
        add_row_values(scores, values, first, count, z);
    }
};

// Keys whose scores fill the memory of a block's tile: a long reading of keys and one of values are what memory is fast at.
inline constexpr index_t row_tile_keys = tile_keys * block_rows;

/// Adds a run of keys to one row's attention. False if a score is not finite.
template <class Head>
bool attend_row(Head& head, index_t at, visibility::key_run const& run, online_row& to, bool edited) noexcept {
    float* const scores = head.memory.scores;
    bool finite = true;
    for (index_t first = run.begin; first < run.end; first += row_tile_keys) {
        index_t const count = std::min(row_tile_keys, run.end - first);
        row_scores(head.memory.query, head.key, first, count, scores);
        finite = row_extremes{scores, count}.finite && finite;
        if constexpr (Head::edits_scores) {
            if (edited) { head.edit_scores(at, run, first, count, scores, 1); }
        }
        to.add(scores, head.value, first, count);
    }
    return finite;
}

/// The scaled query of one row, as floats, in the task's memory.
template <class Head>
void pack_query(Head const& head, index_t at) noexcept {
    auto const* const query = head.query.data + at * head.query.strides[0];
    for (index_t i = 0; i < head.query.extent(1); ++i) {
        head.memory.query[i] = head.scale * static_cast<float>(query[i]);
    }
}

/// One row by the softmax that goes along. False if a score is not finite: the row is then spoilt.
template <class Head>
bool run_online_row(Head& head, index_t at, bool edited) noexcept {
    pack_query(head, at);
    online_row inside{head.memory.inside, head.value_dim()};
    online_row outside{head.memory.outside, head.value_dim()};
    bool finite = true;
    visible_keys const keys = head.rows.keys(at);
    for (std::size_t i = 0; i < keys.count; ++i) {
        finite = attend_row(head, at, keys.ranges[i], inside, edited) && finite;
    }
    head.rows.for_each_unselected(
        at, [&](visibility::key_run const& run) { finite = attend_row(head, at, run, outside, false) && finite; });
    head.finish(at, inside.part, outside.part, finite, edited);
    return finite;
}

/// z = sum of the weights' values, the weights of a row's runs side by side.
template <class Head>
void write_packed(Head const& head, index_t at, float const* weights, float* z) noexcept {
    std::fill_n(z, head.value_dim(), 0.0f);
    for (visibility::key_run const& run : head.rows.runs(at)) {
        add_row_values(weights, head.value, run.begin, run.size(), z);
        weights += run.size();
    }
}

/// The whole row of weights side by side, for policies that need it so.
template <class Head>
void run_strip_row(Head& head, index_t at) noexcept {
    pack_query(head, at);
    float* const weights = head.memory.strip;
    index_t count = 0;
    for (visibility::key_run const& run : head.rows.runs(at)) {
        row_scores(head.memory.query, head.key, run.begin, run.size(), weights + count);
        count += run.size();
    }
    bool const finite = row_extremes{weights, count}.finite;
    row_stats const stats = softmax(weights, count);
    head.note(at, {.max_prob = stats.max_prob, .lse = stats.lse});
    if (head.wants_factual()) { write_packed(head, at, weights, head.factual_row(at)); }
    bool const good =
        finite && head.edit_row_weights(at, pattern_row<float, true>{weights, 1}, head.rows.packed_keys(at));
    write_packed(head, at, weights, head.z_row(at));
    if (!good) { head.spoil(at); }
}

/// Runs one row of a head.
template <class Head>
void run_row(Head& head, index_t at) noexcept {
    if constexpr (needs_strip<typename Head::policy_type>) {
        if (head.applies) { return run_strip_row(head, at); }
    }
    if (head.passes_twice()) { (void)run_online_row(head, at, false); }
    (void)run_online_row(head, at, head.applies);
}

}   // namespace causalmm::attention::detail
