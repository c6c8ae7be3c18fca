// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include <causalmm/attention/edit.hpp>
#include <causalmm/attention/head_rows.hpp>
#include <causalmm/attention/row_edit.hpp>
#include <causalmm/attention/visible_keys.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/selection/region.hpp>
#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention::detail {

/// Rows that one task edits: one alone is less work than handing it out.
inline constexpr index_t rows_at_once = 16;

/// The map of one head: its rows, and their weights in memory.
template <scalar T, visibility::visibility_policy Visibility>
struct head_map : head_rows<Visibility> {
    tensor_view<T, 2> pattern;   // (query, key)

    constexpr head_map(tensor_view<T, 2> const& weights, Visibility const& sight, selection::region const& selected,
                       place const& where, index_t in_batch, index_t of_head) noexcept
        : head_rows<Visibility>{sight, selected, where, in_batch, of_head, weights.extent(1)}, pattern{weights} {}

    constexpr index_t queries() const noexcept { return pattern.extent(0); }
    /// Calls f with the row, its stride known at compile time if it is one; `soon` rows on stands the one that is asked for while
    /// this one is written.
    template <class Function>
    constexpr decltype(auto) with_row(index_t query, Function&& f, index_t soon = 0) const noexcept {
        T* const data = pattern.data + query * pattern.strides[0];
        index_t const ahead = query + soon >= 0 && query + soon < queries() ? soon * pattern.strides[0] : 0;
        if (pattern.strides[1] == 1) { return f(pattern_row<T, true>{data, 1, ahead}); }
        return f(pattern_row<T, false>{data, pattern.strides[1]});
    }
    /// Asks for the weights of a row before they are needed: the processor's own guesses end where a row does.
    constexpr void prefetch(index_t query, visible_keys const& keys) const noexcept {
        constexpr auto line = static_cast<index_t>(64 / sizeof(T));
        if (query >= queries() || pattern.strides[1] != 1) { return; }
        T const* const row = pattern.data + query * pattern.strides[0];
        for (std::size_t i = 0; i < keys.count; ++i) {
            for (index_t cell = keys.ranges[i].begin; cell < keys.ranges[i].end; cell += line) {
                __builtin_prefetch(row + cell, 1);
            }
        }
    }
};

template <class Map>
inline row_stats measure_row(Map const& map, index_t query) noexcept {
    return map.with_row(query, [&](auto row) { return measure(row, map.keys(query)); });
}

/// Maximum and mean of all weights that an edit of the whole map touches; rows with NaN or infinity do not count. The masses
/// of the first rows, as many as there is space for, are kept.
template <class Map>
inline row_stats measure_map(Map const& map, std::span<double> masses = {}) noexcept {
    row_stats all{.mass = 0.0};
    for (index_t query = 0; query < map.queries(); ++query) {
        if (!map.edits(query)) { continue; }
        row_stats const row = measure_row(map, query);
        if (query < static_cast<index_t>(masses.size())) { masses[static_cast<std::size_t>(query)] = row.mass; }
        if (!is_finite(row.mass)) { continue; }
        all.visible += row.visible;
        all.max_prob = std::max(all.max_prob, row.max_prob);
        all.mass += row.mass;
    }
    all.mean = all.visible > 0 ? all.mass / static_cast<double>(all.visible) : 0.0;
    return all;
}

}   // namespace causalmm::attention::detail
