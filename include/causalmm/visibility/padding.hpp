// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include <causalmm/core/joined_name.hpp>
#include <causalmm/visibility/bidirectional.hpp>
#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::visibility {

/// Hides the cells that only fill a batch up, on either side.
///
/// S(b, q) = S_inner(b, q) intersected with [valid[b].begin, valid[b].end)
///
/// shape   one range per batch row; position 0 of row b stands in cell valid[b].begin
/// units   cells
/// errors  shape_mismatch: not one range per batch row; bad_parameter: a range leaves the key axis
/// source  the attention_mask of Hugging Face transformers, left- or right-padded
template <visibility_policy Inner = bidirectional>
struct padding {
    static constexpr auto name = joined_name<"padding_", Inner>;

    std::span<key_range const> valid{};
    Inner inner{};

    constexpr status check(index_t batches, index_t key_count) const noexcept {
        if (static_cast<index_t>(valid.size()) != batches) {
            return {errc::shape_mismatch, "padding: one range of valid cells per batch row is needed"};
        }
        for (key_range const& range : valid) {
            if (range.begin < 0 || range.end > key_count) {
                return {errc::bad_parameter, "padding: a range of valid cells leaves the key axis"};
            }
        }
        return inner.check(batches, key_count);
    }
    constexpr key_range keys(index_t batch, index_t query, index_t key_count) const noexcept {
        key_range const seen = inner.keys(batch, query, key_count);
        key_range const kept = valid[static_cast<std::size_t>(batch)];
        return {seen.begin > kept.begin ? seen.begin : kept.begin, seen.end < kept.end ? seen.end : kept.end};
    }
    constexpr index_t origin(index_t batch) const noexcept {
        index_t const first = valid[static_cast<std::size_t>(batch)].begin, its = inner.origin(batch);
        return first > its ? first : its;   // padding in padding: the first cell that both take for valid
    }
};

}   // namespace causalmm::visibility
