// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <tuple>
#include <utility>

#include <causalmm/attention/visible_keys.hpp>
#include <causalmm/core/dtype.hpp>
#include <causalmm/core/site.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/intervention/concepts.hpp>

namespace causalmm::attention::detail {

/// One row of a pattern in memory; a compile-time unit stride lets the loops below vectorize.
template <scalar T, bool Contiguous>
struct pattern_row {
    T* data;
    index_t stride;

    constexpr T& at(index_t cell) const noexcept { return data[Contiguous ? cell : cell * stride]; }
    constexpr float get(index_t cell) const noexcept { return static_cast<float>(at(cell)); }
    constexpr void set(index_t cell, float w) const noexcept { at(cell) = static_cast<T>(w); }
};

/// Largest weight, mass and mean of the keys in `keys`.
template <class Row>
constexpr row_stats measure(Row row, visible_keys const& keys) noexcept {
    row_stats stats{.visible = keys.total, .max_prob = 0.0f, .mass = 0.0, .mean = 0.0};
    for (std::size_t i = 0; i < keys.count; ++i) {
        index_t const begin = keys.ranges[i].begin;
        index_t const size = keys.ranges[i].size();
        auto const weight = [row, begin](index_t k) { return row.get(begin + k); };
        stats.max_prob = causalmm::detail::reduce(size, stats.max_prob, weight, causalmm::detail::larger{});
        stats.mass += causalmm::detail::reduce(
            size, 0.0, [&](index_t k) { return static_cast<double>(weight(k)); }, causalmm::detail::sum{});
    }
    if (keys.total > 0) { stats.mean = stats.mass / static_cast<double>(keys.total); }
    return stats;
}

template <class Row>
constexpr void scale_add(Row row, visible_keys const& keys, intervention::affine_weight const edit) noexcept {
    if (edit == intervention::affine_weight{}) { return; }   // identity keeps every bit
    for (std::size_t i = 0; i < keys.count; ++i) {
        for (index_t cell = keys.ranges[i].begin; cell < keys.ranges[i].end; ++cell) {
            row.set(cell, edit.a + edit.b * row.get(cell));
        }
    }
}

template <class Row, class Weight>
constexpr void replace(Row row, visible_keys const& keys, Weight const& weight) noexcept {
    for (std::size_t i = 0; i < keys.count; ++i) {
        index_t cell = keys.ranges[i].begin;
        index_t const end = keys.ranges[i].end;
        if constexpr (requires(float* chunk) { weight.chunk(cell, chunk); }) {
            constexpr index_t size = 64;
            float chunk[size];
            while (cell < end) {
                index_t const position = cell - keys.origin;
                index_t const first = position - position % size;
                index_t const stop = std::min(end, first + size + keys.origin);
                weight.chunk(first, chunk);
                for (index_t from = first + keys.origin; cell < stop; ++cell) { row.set(cell, chunk[cell - from]); }
            }
        } else {
            for (; cell < end; ++cell) { row.set(cell, weight(cell - keys.origin, row.get(cell))); }
        }
    }
}

/// Scales the row to `mass`; a row without mass becomes uniform.
template <class Row>
constexpr void restore(Row row, visible_keys const& keys, double mass) noexcept {
    double const left = measure(row, keys).mass;
    if (left > 0.0) {
        scale_add(row, keys, {.a = 0.0f, .b = static_cast<float>(mass / left)});
    } else {
        scale_add(row, keys, {.a = static_cast<float>(mass / static_cast<double>(keys.total)), .b = 0.0f});
    }
}

template <class Row, class Swaps>
constexpr void permute(Row row, visible_keys const& keys, Swaps swaps) noexcept {
    for (index_t i = 1; i < keys.total; ++i) { std::swap(row.at(keys.cell(i)), row.at(keys.cell(swaps(i)))); }
}

/// Applies one policy to one row; `stats` are those of the policy's scope. False if the row holds NaN or infinity.
template <class Policy, class Row>
constexpr bool edit_row(Policy const& policy, Row row, visible_keys const& keys, row_stats const& stats,
                        site const& where) noexcept {
    if constexpr (intervention::index_policy<Policy>) {
        permute(row, keys, policy.swaps(where));
    } else {
        if (!is_finite(stats.mass)) { return false; }
        if constexpr (intervention::affine_policy<Policy>) {
            scale_add(row, keys, policy.affine(stats));
        } else {
            replace(row, keys, policy.weight(stats, where));
            if constexpr (intervention::restores_mass<Policy>) { restore(row, keys, stats.mass); }
        }
    }
    return true;
}

}  // namespace causalmm::attention::detail
