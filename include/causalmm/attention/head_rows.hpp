// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include <causalmm/attention/edit.hpp>
#include <causalmm/attention/visible_keys.hpp>
#include <causalmm/core/config.hpp>
#include <causalmm/core/site.hpp>
#include <causalmm/selection/region.hpp>
#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention::detail {

/// The query rows of one head: what each sees, and what an edit selects of it.
template <visibility::visibility_policy Visibility>
struct head_rows {
    Visibility const& visibility;
    selection::region const& region;
    place const& at;
    index_t batch;
    index_t head;
    index_t key_count;

    constexpr site where(index_t query) const noexcept {
        return {.sample = at.sample(batch),
                .tower = at.tower,
                .layer = at.layer,
                .head = head,
                .query = at.first_query + query - visibility.origin(batch)};
    }
    constexpr bool edits(index_t query) const noexcept { return region.contains_row(head, where(query).query); }
    constexpr visibility::key_range visible(index_t query) const noexcept {
        visibility::key_range const seen = visibility.keys(batch, query, key_count);
        return seen.size() > 0 ? seen : visibility::key_range{};
    }
    constexpr visible_keys keys(index_t query) const noexcept {
        return {visible(query), visibility.origin(batch), region.keys};
    }
};

/// Disjoint ascending ranges of cells: those that a region's keys select, or those between them.
struct cell_ranges {
    std::array<visibility::key_range, selection::index_set::capacity + 1> ranges{};
    std::size_t count = 0;

    constexpr void add(index_t begin, index_t end) noexcept {
        if (begin < end) { ranges[count++] = {begin, end}; }
    }
    constexpr visibility::key_range const* begin() const noexcept { return ranges.data(); }
    constexpr visibility::key_range const* end() const noexcept { return ranges.data() + count; }
};

struct split_cells {
    cell_ranges inside;
    cell_ranges outside;
};

/// The key axis of one batch row, split by a selection of positions.
template <class Rows>
constexpr split_cells split_keys(Rows const& rows) noexcept {
    visible_keys const selected{{0, rows.key_count}, rows.visibility.origin(rows.batch), rows.region.keys};
    split_cells cells;
    index_t last = 0;
    for (std::size_t i = 0; i < selected.count; ++i) {
        cells.inside.add(selected.ranges[i].begin, selected.ranges[i].end);
        cells.outside.add(last, selected.ranges[i].begin);
        last = selected.ranges[i].end;
    }
    cells.outside.add(last, rows.key_count);
    return cells;
}

}   // namespace causalmm::attention::detail
