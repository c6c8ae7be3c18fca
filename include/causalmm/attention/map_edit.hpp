// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>

#include <causalmm/attention/head_map.hpp>
#include <causalmm/attention/row_edit.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention::detail {

/// Edits one row by a policy whose scope is the row.
template <class Policy, class Map>
inline bool edit_row_of(Policy const& policy, Map const& map, index_t query) noexcept {
    if (!map.edits(query)) { return true; }
    visible_keys const keys = map.keys(query);
    if (keys.total == 0) { return true; }
    if constexpr (!intervention::affine_policy<Policy>) { map.prefetch(query + 1, keys); }
    return map.with_row(
        query, [&](auto row) { return edit_row(policy, row, keys, measure(row, keys), map.where(query)); }, 2);
}

/// Swaps `count` entries that lie anywhere: those of 64 partners are asked for before the first of them is needed.
template <class Swaps, class At>
inline void swap_all(Swaps swaps, index_t count, At const& at) noexcept {
    swap_partners partners;
    for (index_t first = 0; first < count; first += static_cast<index_t>(partners.size())) {
        draw_partners(swaps, first, partners);
        for (std::uint32_t const partner : partners) {
            if (partner < count) { __builtin_prefetch(&at(partner), 1); }
        }
        swap_part(first, count, partners, at);
    }
}

/// The permutation of a whole map, whose rows all see the same keys: entries are ranked row by row. One bad row keeps it.
template <class Policy, class Map>
inline bool permute_map(Policy const& policy, Map const& map) noexcept {
    if (!map.edits(0)) { return true; }
    visible_keys const keys = map.keys(0);
    if (measure_map(map).visible != map.queries() * keys.total) { return false; }
    index_t const count = map.queries() * keys.total;
    auto const swaps = policy.swaps(map.where(0));
    if (keys.count == 1 && map.pattern.strides == std::array{keys.total, index_t{1}}) {   // one piece of memory
        auto* const entries = &map.pattern(0, keys.ranges[0].begin);
        swap_all(
            swaps, count, [entries](index_t rank) -> auto& { return entries[rank]; });
        return true;
    }
    auto const width = static_cast<std::uint32_t>(keys.total);   // check_edit refuses 2^32 entries and more
    swap_all(
        swaps, count, [&](index_t rank) -> auto& {
            auto const flat = static_cast<std::uint32_t>(rank);
            return map.pattern(flat / width, keys.cell(flat % width));
        });
    return true;
}

/// Permutes rows [from, to) that draw the same partners, for which they are then drawn once.
template <class Swaps, class Map>
inline bool permute_rows(Swaps swaps, Map const& map, index_t from, index_t to) noexcept {
    std::array<visible_keys, rows_at_once> keys;   // nothing in those to be left alone
    index_t longest = 0;
    bool finite = true;
    for (index_t query = from; query < to; ++query) {
        if (!map.edits(query)) { continue; }
        visible_keys& row = keys[static_cast<std::size_t>(query - from)] = map.keys(query);
        map.prefetch(query + 1, row);
        if (!is_finite(measure_row(map, query).mass)) {
            finite = false;
            row = {};
        }
        longest = std::max(longest, row.total);
    }
    swap_partners partners;
    for (index_t first = 0; first < longest; first += static_cast<index_t>(partners.size())) {
        draw_partners(swaps, first, partners);
        for (index_t query = from; query < to; ++query) {
            visible_keys const& row = keys[static_cast<std::size_t>(query - from)];
            if (first >= row.total) { continue; }
            map.with_row(query, [&](auto cells) { permute_part(cells, row, first, partners); });
        }
    }
    return finite;
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
            finite = map.with_row(
                         query, [&](auto row) { return edit_row(policy, row, keys, stats, map.where(query)); }, -4) &&
                     finite;
        }
        return finite;
    }
}

/// Edits at most rows_at_once rows by a policy whose scope is the row.
template <class Policy, class Map>
inline bool edit_some_rows(Policy const& policy, Map const& map, index_t from, index_t to) noexcept {
    if constexpr (intervention::index_policy<Policy>) {
        auto const swaps = policy.swaps(map.where(from));
        if constexpr (requires {
                          { swaps == swaps } -> std::same_as<bool>;
                      }) {
            bool same = true;
            for (index_t query = from; query < to; ++query) { same = same && policy.swaps(map.where(query)) == swaps; }
            if (same) { return permute_rows(swaps, map, from, to); }
        }
    }
    bool finite = true;
    for (index_t query = from; query < to; ++query) { finite = edit_row_of(policy, map, query) && finite; }
    return finite;
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
        for (; from < to; from += rows_at_once) {
            index_t const stop = std::min(from + rows_at_once, to);
            finite = edit_some_rows(policy, map, from, stop) && finite;
        }
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
