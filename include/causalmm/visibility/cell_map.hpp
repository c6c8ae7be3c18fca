// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string_view>

#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::visibility {

/// Causal visibility in a cache whose cells are not positions: ring buffers, pages in any order, caches that sequences share.
///
/// S(b, q) = { c : 0 <= position(b, c) <= first_query[b] + q and first_query[b] + q - position(b, c) < window }
///
/// shape   positions (batch, cell): that of the key in a cell, -1 where there is none for this batch row; first_query: that of each
///         batch row's query row 0, where place.first_query must be 0; the visible keys form at most eight runs of cells
/// units   positions
/// errors  shape_mismatch: not one position a cell and one first query a batch row; bad_parameter: window < 1, or two visible
///         cells have one position; out_of_capacity: more than eight runs
/// source  llama.cpp's unified key/value cache; the sliding-window cache of Mistral, arXiv:2310.06825
struct cell_map {
    static constexpr std::string_view name = "cell_map";

    std::span<index_t const> positions{};
    std::span<index_t const> first_query{};
    index_t window = std::numeric_limits<index_t>::max();

    constexpr status check(index_t batches, index_t cells) const noexcept {
        if (static_cast<index_t>(positions.size()) != batches * cells ||
            static_cast<index_t>(first_query.size()) != batches) {
            return {errc::shape_mismatch, "cell_map: one position a cell and one first query a batch row are needed"};
        }
        if (window < 1) { return {errc::bad_parameter, "cell_map: window is less than 1"}; }
        return {};
    }
    constexpr key_runs keys(index_t batch, index_t query, index_t cells) const noexcept {
        auto const of = positions.subspan(static_cast<std::size_t>(batch * cells), static_cast<std::size_t>(cells));
        index_t const now = first_query[static_cast<std::size_t>(batch)] + query;
        key_runs runs;
        for (index_t cell = 0; cell < cells; ++cell) {
            index_t const position = of[static_cast<std::size_t>(cell)];
            if (position < 0 || position > now || now - position >= window) { continue; }
            index_t const begin = cell;
            while (cell + 1 < cells && of[static_cast<std::size_t>(cell + 1)] == position + cell + 1 - begin &&
                   of[static_cast<std::size_t>(cell + 1)] <= now) {
                ++cell;
            }
            runs.add({{begin, cell + 1}, begin - position});
        }
        return runs;
    }
    constexpr index_t origin(index_t batch) const noexcept { return -first_query[static_cast<std::size_t>(batch)]; }
};

}   // namespace causalmm::visibility
