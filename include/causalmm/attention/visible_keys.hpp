// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include <causalmm/core/config.hpp>
#include <causalmm/selection/index_set.hpp>
#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention {

/// The keys of one row that an edit may touch: visible and selected, as disjoint ascending ranges of cells.
///
/// shape   at most eight ranges, by position; `total` keys
/// units   cells; each range knows the cell where position 0 would stand
/// errors  complete() is false if there were more ranges: some keys are then missing
/// source  an edit of some keys treats them as a row of their own
struct visible_keys {
    std::array<visibility::key_run, selection::index_set::capacity> ranges{};
    std::size_t count = 0;
    index_t total = 0;

    constexpr visible_keys() noexcept = default;   // none
    constexpr visible_keys(visibility::key_range visible, index_t origin, selection::index_set const& selected) noexcept
        : visible_keys{std::array{visibility::key_run{visible, origin}}, selected} {}
    /// Of several runs, by position.
    template <class Runs>
    constexpr visible_keys(Runs const& runs, selection::index_set const& selected) noexcept {
        for (visibility::key_run const& run : runs) {
            for (std::size_t i = 0; i < selected.size(); ++i) { add(run, selected[i]); }
        }
    }

    constexpr bool complete() const noexcept { return complete_; }
    friend constexpr bool operator==(visible_keys const&, visible_keys const&) noexcept = default;

    /// The cell of the rank-th key.
    constexpr index_t cell(index_t rank) const noexcept {
        std::size_t i = 0;
        while (rank >= ranges[i].size()) { rank -= ranges[i++].size(); }
        return ranges[i].begin + rank;
    }

  private:
    constexpr void add(visibility::key_run const& visible, selection::index_range const& selected) noexcept {
        // Positions beyond the axis are cut before the origin is added: the default range ends at the largest index.
        index_t const last = visible.end - visible.origin;
        index_t const from = selected.begin < last ? selected.begin + visible.origin : visible.end;
        index_t const to = selected.end < last ? selected.end + visible.origin : visible.end;
        visibility::key_run const range{
            {from > visible.begin ? from : visible.begin, to < visible.end ? to : visible.end}, visible.origin};
        if (range.size() == 0) { return; }
        complete_ = complete_ && count < ranges.size();
        if (!complete_) { return; }
        ranges[count++] = range;
        total += range.size();
    }

    bool complete_ = true;
};

}   // namespace causalmm::attention
