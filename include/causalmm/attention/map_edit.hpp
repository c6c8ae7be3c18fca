// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>

#include <causalmm/attention/edit.hpp>
#include <causalmm/attention/row_edit.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/visibility/concepts.hpp>

namespace causalmm::attention::detail {

/// The map of one head, with what decides which of its weights an edit touches.
template <scalar T, visibility::visibility_policy Visibility>
struct head_map {
    tensor_view<T, 2> pattern;   // (query, key)
    Visibility const& visibility;
    selection::region const& region;
    place const& at;
    index_t batch;
    index_t head;

    constexpr index_t queries() const noexcept { return pattern.extent(0); }
    constexpr site where(index_t query) const noexcept {
        return {.sample = at.sample(batch),
                .tower = at.tower,
                .layer = at.layer,
                .head = head,
                .query = at.first_query + query - visibility.origin(batch)};
    }
    constexpr bool edits(index_t query) const noexcept { return region.contains_row(head, where(query).query); }
    constexpr visible_keys keys(index_t query) const noexcept {
        return {visibility.keys(batch, query, pattern.extent(1)), visibility.origin(batch), region.keys};
    }
    /// Calls f with the row, its stride known at compile time if it is one.
    template <class Function>
    constexpr decltype(auto) with_row(index_t query, Function&& f) const noexcept {
        T* const data = pattern.data + query * pattern.strides[0];
        if (pattern.strides[1] == 1) { return f(pattern_row<T, true>{data, 1}); }
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

/// Edits one row by a policy whose scope is the row.
template <class Policy, class Map>
inline bool edit_row_of(Policy const& policy, Map const& map, index_t query) noexcept {
    if (!map.edits(query)) { return true; }
    visible_keys const keys = map.keys(query);
    if (keys.total == 0) { return true; }
    map.prefetch(query + 1, keys);
    return map.with_row(query,
                        [&](auto row) { return edit_row(policy, row, keys, measure(row, keys), map.where(query)); });
}

/// The permutation of a whole map, whose rows all see the same keys: entries are ranked row by row. One bad row keeps it.
template <class Policy, class Map>
inline bool permute_map(Policy const& policy, Map const& map) noexcept {
    if (!map.edits(0)) { return true; }
    visible_keys const keys = map.keys(0);
    if (measure_map(map).visible != map.queries() * keys.total) { return false; }
    auto const width = static_cast<std::uint32_t>(keys.total);   // check_edit refuses 2^32 entries and more
    auto const entry = [&](index_t rank) -> auto& {
        auto const flat = static_cast<std::uint32_t>(rank);
        return map.pattern(flat / width, keys.cell(flat % width));
    };
    auto swaps = policy.swaps(map.where(0));
    for (index_t i = 1; i < map.queries() * keys.total; ++i) { std::swap(entry(i), entry(swaps(i))); }
    return true;
}

/// Edits every row by a policy whose statistics are those of the whole map. The last rows come first: they are still near.
template <class Policy, class Map>
inline bool edit_whole_map(Policy const& policy, Map const& map) noexcept {
    if constexpr (intervention::index_policy<Policy>) {
        return permute_map(policy, map);
    } else {
        std::array<double, 1024> masses;   // the towers' maps have 577 or 1,025 rows
        row_stats stats = measure_map(map, masses);
        bool finite = true;
        for (index_t query = map.queries(); query-- > 0;) {
            visible_keys const keys = map.keys(query);
            if (!map.edits(query) || keys.total == 0) { continue; }
            bool const kept = query < static_cast<index_t>(masses.size());
            stats.visible = keys.total;   // keys and mass of its own, and one bad row keeps no other from its edit
            stats.mass = kept ? masses[static_cast<std::size_t>(query)] : measure_row(map, query).mass;
            finite = map.with_row(query, [&](auto row) {
                return edit_row(policy, row, keys, stats, map.where(query));
            }) && finite;
        }
        return finite;
    }
}

/// Edits rows [from, to) of a map; the whole map at once if a policy's scope asks for it.
template <class Policy, class Map>
inline bool edit_rows(Policy const& policy, Map const& map, index_t from, index_t to) noexcept {
    if constexpr (intervention::chained_policy<Policy>) {
        bool finite = true;   // a bad row of one edit does not keep the next from the others
        std::apply([&](auto const&... each) { ((finite = edit_rows(each, map, from, to) && finite), ...); },
                   policy.policies);
        return finite;
    } else {
        if (intervention::scope_of(policy) == intervention::scope::map) { return edit_whole_map(policy, map); }
        bool finite = true;
        for (index_t query = from; query < to; ++query) { finite = edit_row_of(policy, map, query) && finite; }
        return finite;
    }
}

/// Whether any part of a policy needs the whole map of a head in one task.
template <class Policy>
constexpr bool needs_map(Policy const& policy) noexcept {
    if constexpr (intervention::chained_policy<Policy>) {
        return std::apply([](auto const&... each) { return (needs_map(each) || ...); }, policy.policies);
    } else {
        return intervention::scope_of(policy) == intervention::scope::map;
    }
}

/// Calls f(batch, head, from, to) for all rows of all heads, in tasks of `rows` of them, or of whole maps.
template <class Backend, class Function>
void for_each_task(Backend const& backend, index_t batches, index_t heads, index_t queries, bool whole_maps,
                   Function const& f, index_t rows = 1) noexcept {
    index_t const size = whole_maps ? queries : rows;
    index_t const total = batches * heads * queries;
    backend.for_each_index((total + size - 1) / size, [&](index_t task) {
        index_t left = std::min(size, total - task * size);
        index_t query = task * size % queries;
        index_t head = task * size / queries % heads;
        index_t batch = task * size / queries / heads;
        for (index_t count = 0; left > 0; left -= count, query = 0) {
            count = std::min(left, queries - query);
            f(batch, head, query, query + count);
            if (++head == heads) { head = 0, ++batch; }
        }
    });
}

/// Whether any part of a policy permutes whole maps.
template <class Policy>
constexpr bool permutes_map(Policy const& policy) noexcept {
    if constexpr (intervention::chained_policy<Policy>) {
        return std::apply([](auto const&... each) { return (permutes_map(each) || ...); }, policy.policies);
    } else {
        return intervention::index_policy<Policy> && needs_map(policy);
    }
}

}   // namespace causalmm::attention::detail
