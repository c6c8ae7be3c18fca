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
/// shape   at most eight ranges; `total` keys; position = cell - origin
/// units   cells
/// errors  none
/// source  an edit of some keys treats them as a row of their own
struct visible_keys {
    std::array<visibility::key_range, selection::index_set::capacity> ranges{};
    std::size_t count = 0;
    index_t total = 0;
    index_t origin = 0;

    constexpr visible_keys() noexcept = default;   // none
    constexpr visible_keys(visibility::key_range visible, index_t row_origin,
                           selection::index_set const& selected) noexcept
        : origin{row_origin} {
        for (std::size_t i = 0; i < selected.size(); ++i) {
            // Positions beyond the axis are cut before the origin is added: the default range ends at the largest index.
            index_t const from = selected[i].begin < visible.end ? selected[i].begin + origin : visible.end;
            index_t const to = selected[i].end < visible.end ? selected[i].end + origin : visible.end;
            visibility::key_range const range{from > visible.begin ? from : visible.begin,
                                              to < visible.end ? to : visible.end};
            if (range.size() == 0) { continue; }
            ranges[count++] = range;
            total += range.size();
        }
    }

    friend constexpr bool operator==(visible_keys const&, visible_keys const&) noexcept = default;

    /// The cell of the rank-th key.
    constexpr index_t cell(index_t rank) const noexcept {
        std::size_t i = 0;
        while (rank >= ranges[i].size()) { rank -= ranges[i++].size(); }
        return ranges[i].begin + rank;
    }
};

}   // namespace causalmm::attention
