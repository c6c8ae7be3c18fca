// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <causalmm/attention/visible_keys.hpp>
#include <causalmm/core/dtype.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/lanes.hpp>
#include <causalmm/core/row_scan.hpp>
#include <causalmm/core/site.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention::detail {

/// One row of a pattern in memory; a compile-time unit stride lets whole registers be read and written.
template <scalar T, bool Contiguous>
struct pattern_row {
    static constexpr bool is_contiguous = Contiguous;
    static constexpr bool holds_floats = Contiguous && std::same_as<T, float>;

    T* data;
    index_t stride;
    index_t ahead = 0;   // to the row that is asked for, a line at a time, while this one is written

    constexpr T& at(index_t cell) const noexcept { return data[Contiguous ? cell : cell * stride]; }
    constexpr float get(index_t cell) const noexcept { return static_cast<float>(at(cell)); }
    constexpr void set(index_t cell, float w) const noexcept { at(cell) = static_cast<T>(w); }

    lanes load(index_t cell) const noexcept {
        if constexpr (Contiguous) { return load_lanes(data + cell); }
        lanes loaded = {};
        for (index_t lane = 0; lane < lane_count; ++lane) { loaded[lane] = get(cell + lane); }
        return loaded;
    }
    void store(index_t cell, lanes const w) const noexcept {
        if constexpr (holds_floats) {
            store_lanes(data + cell, w);
        } else {
            for (index_t lane = 0; lane < lane_count; ++lane) { set(cell + lane, w[lane]); }
        }
    }
};

/// Largest weight, mass and mean of the keys in `keys`. Floats are added up in blocks, blocks in double.
template <class Row>
inline row_stats measure(Row row, visible_keys const& keys) noexcept {
    constexpr index_t block = 1024;
    row_stats stats{.visible = keys.total, .max_prob = 0.0f, .mass = 0.0, .mean = 0.0};
    for (std::size_t i = 0; i < keys.count; ++i) {
        index_t const end = keys.ranges[i].end;
        for (index_t cell = keys.ranges[i].begin; cell < end; cell += block) {
            auto const part = causalmm::detail::scan(row, cell, std::min(cell + block, end));
            stats.max_prob = std::max(stats.max_prob, part.top());
            stats.mass += static_cast<double>(part.total());
        }
    }
    if (keys.total > 0) { stats.mean = stats.mass / static_cast<double>(keys.total); }
    return stats;
}

/// w' = f(w) for the cells in [cell, end), a register at a time; the last one overlaps the one before it.
template <class Row, class Function>
inline void transform(Row row, index_t cell, index_t const end, Function const& f) noexcept {
    if (end - cell < lane_count) {
        lanes const some = f(causalmm::detail::load_some(row, cell, end - cell, 0.0f));
        for (index_t lane = 0; lane < end - cell; ++lane) { row.set(cell + lane, some[lane]); }
        return;
    }
    index_t const last = end - lane_count;
    lanes const tail = f(row.load(last));   // before the loop overwrites some of it
    for (; cell < last; cell += lane_count) {
        row.store(cell, f(row.load(cell)));
        if constexpr (Row::is_contiguous) { __builtin_prefetch(row.data + cell + row.ahead, 1); }
    }
    row.store(last, tail);
}

template <class Row, class Function>
inline void transform(Row row, visible_keys const& keys, Function const& f) noexcept {
    for (std::size_t i = 0; i < keys.count; ++i) { transform(row, keys.ranges[i].begin, keys.ranges[i].end, f); }
}

template <class Row>
inline void scale_add(Row row, visible_keys const& keys, intervention::affine_weight const edit) noexcept {
    if (edit == intervention::affine_weight{}) { return; }   // identity keeps every bit
    lanes const a = splat(edit.a), b = splat(edit.b);
    if (edit.b == 0.0f) {   // nothing to read
        transform(row, keys, [a](lanes const /*w*/) { return a; });
    } else {
        transform(row, keys, [a, b](lanes const w) { return a + b * w; });
    }
}

/// Weights that come 128 at a time: those of whole chunks are written where they belong.
template <class Row, class Weight>
inline void replace_chunks(Row row, index_t cell, index_t const end, index_t origin, Weight const& weight) noexcept {
    constexpr index_t size = 128, start = 64;   // where chunks may begin
    float chunk[size];
    while (cell < end) {
        index_t const position = cell - origin;
        index_t const first = position - position % start;
        index_t const stop = std::min(end, first + size + origin);
        if constexpr (Row::holds_floats) {
            if (stop - cell == size) {
                weight.chunk(first, row.data + cell);
                cell = stop;
                continue;
            }
        }
        weight.chunk(first, chunk);
        for (index_t from = first + origin; cell < stop; ++cell) { row.set(cell, chunk[cell - from]); }
    }
}

template <class Row, class Weight>
inline void replace(Row row, visible_keys const& keys, Weight const& weight) noexcept {
    for (std::size_t i = 0; i < keys.count; ++i) {
        index_t cell = keys.ranges[i].begin;
        index_t const end = keys.ranges[i].end, origin = keys.ranges[i].origin;
        if constexpr (requires(float* chunk) { weight.chunk(cell, chunk); }) {
            replace_chunks(row, cell, end, origin, weight);
        } else {
            for (; cell < end; ++cell) { row.set(cell, weight(cell - origin, row.get(cell))); }
        }
    }
}

/// Scales the row to `mass`; a row without mass, or with more than the element type holds, becomes uniform, and so does the
/// row of one key, without the rounding of a product.
template <class Row>
inline void restore(Row row, visible_keys const& keys, double mass) noexcept {
    double const left = measure(row, keys).mass;
    if (left > 0.0 && is_finite(left) && keys.total > 1) {
        double const factor = mass / left;
        if (float const narrow = static_cast<float>(factor); is_finite(narrow)) {
            transform(row, keys, [by = splat(narrow)](lanes const w) { return by * w; });
        } else {   // of subnormal weights
            replace(row, keys,
                    [factor](index_t, float w) { return static_cast<float>(factor * static_cast<double>(w)); });
        }
    } else {
        scale_add(row, keys, {.a = static_cast<float>(mass / static_cast<double>(keys.total)), .b = 0.0f});
    }
}

/// Partners of the ranks in a permutation's swaps, 64 at a time.
using swap_partners = std::array<std::uint32_t, 64>;

template <class Swaps>
inline void draw_partners(Swaps& swaps, index_t first, swap_partners& partners) noexcept {
    if constexpr (requires { swaps.chunk(first, partners.data()); }) {
        swaps.chunk(first, partners.data());
    } else {
        for (std::uint32_t& partner : partners) { partner = static_cast<std::uint32_t>(swaps(first++)); }
    }
}

/// Swaps the entries of the ranks [first, min(first + 64, count)) with their partners; at(rank) is an entry.
template <class At>
inline void swap_part(index_t first, index_t count, swap_partners const& partners, At const& at) noexcept {
    index_t const stop = std::min(count - first, static_cast<index_t>(partners.size()));
    for (index_t i = 0; i < stop; ++i) { std::swap(at(first + i), at(partners[static_cast<std::size_t>(i)])); }
}

template <class Row>
inline void permute_part(Row row, visible_keys const& keys, index_t first, swap_partners const& partners) noexcept {
    if (keys.count == 1) {
        swap_part(
            first, keys.total, partners, [&](index_t i) -> auto& { return row.at(keys.ranges[0].begin + i); });
    } else {
        swap_part(
            first, keys.total, partners, [&](index_t i) -> auto& { return row.at(keys.cell(i)); });
    }
}

template <class Row, class Swaps>
inline void permute(Row row, visible_keys const& keys, Swaps swaps) noexcept {
    swap_partners partners;
    for (index_t first = 0; first < keys.total; first += static_cast<index_t>(partners.size())) {
        draw_partners(swaps, first, partners);
        permute_part(row, keys, first, partners);
    }
}

/// Applies one policy to one row; `stats` are those of the policy's scope. False if the row holds NaN or infinity.
template <class Policy, class Row>
inline bool edit_row(Policy const& policy, Row row, visible_keys const& keys, row_stats const& stats,
                     site const& where) noexcept {
    if (!is_finite(stats.mass)) { return false; }
    if constexpr (intervention::index_policy<Policy>) {
        permute(row, keys, policy.swaps(where));
    } else if constexpr (intervention::affine_policy<Policy>) {
        scale_add(row, keys, policy.affine(stats));
    } else {
        replace(row, keys, policy.weight(stats, where));
        if constexpr (intervention::restores_mass<Policy>) { restore(row, keys, stats.mass); }
    }
    return true;
}

}   // namespace causalmm::attention::detail
