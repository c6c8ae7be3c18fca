// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <causalmm/attention/edit.hpp>
#include <causalmm/attention/visible_keys.hpp>
#include <causalmm/core/config.hpp>
#include <causalmm/core/site.hpp>
#include <causalmm/core/status.hpp>
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
    /// The runs of cells that a row sees, by position.
    constexpr auto runs(index_t query) const noexcept {
        return visibility::runs_of(visibility, batch, query, key_count);
    }
    /// The one run of a row, where keys do not lie apart.
    constexpr visibility::key_range visible(index_t query) const noexcept {
        static_assert(!visibility::scattered_visibility<Visibility>);
        return runs(query)[0];
    }
    constexpr index_t visible_total(index_t query) const noexcept {
        index_t total = 0;
        for (visibility::key_run const& run : runs(query)) { total += run.size(); }
        return total;
    }
    constexpr visible_keys keys(index_t query) const noexcept { return {runs(query), region.keys}; }
    /// What keys() holds if the row's visible keys stood side by side, by position, from cell 0 on.
    constexpr visible_keys packed_keys(index_t query) const noexcept {
        std::array<visibility::key_run, visibility::key_runs::capacity> packed{};
        std::size_t count = 0;
        index_t next = 0;
        for (visibility::key_run const& run : runs(query)) {
            packed[count++] = {{next, next + run.size()}, run.origin - run.begin + next};
            next += run.size();
        }
        return {std::span{packed}.first(count), region.keys};
    }
    /// Calls f(run) for the visible keys that an edit does not select.
    template <class Function>
    constexpr void for_each_unselected(index_t query, Function const& f) const noexcept {
        for (visibility::key_run const& run : runs(query)) {
            visible_keys const selected{std::array{run}, region.keys};
            index_t last = run.begin;
            for (std::size_t i = 0; i < selected.count; ++i) {
                f(visibility::key_run{{last, selected.ranges[i].begin}, run.origin});
                last = selected.ranges[i].end;
            }
            f(visibility::key_run{{last, run.end}, run.origin});
        }
    }
};

/// Everything that a visibility can be refused for in a call that edits `selected` positions.
template <visibility::visibility_policy Visibility>
constexpr status check_visibility(Visibility const& visibility, selection::index_set const& selected, index_t batches,
                                  index_t queries, index_t key_count) noexcept {
    if (status s = visibility::check(visibility, batches, queries, key_count); !s) { return s; }
    if constexpr (visibility::scattered_visibility<Visibility>) {
        for (index_t row = 0; row < batches * queries; ++row) {
            visible_keys const keys{visibility.keys(row / queries, row % queries, key_count), selected};
            if (!keys.complete()) {
                return {errc::unsupported,
                        "edit: of a row, more than eight ranges of keys are both visible and selected"};
            }
        }
    }
    return {};
}

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
    visible_keys const selected{visibility::key_range{0, rows.key_count}, rows.visibility.origin(rows.batch),
                                rows.region.keys};
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
