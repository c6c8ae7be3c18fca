// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::visibility {

/// A block of the sequence, a prefix or the tokens of an image, sees all of itself; everything else is causal.
///
/// S(q) = {0, ..., block.end - 1} for offset + q in the block, else {0, ..., offset + q}, cut at the number of keys
///
/// shape   `offset` keys stood in the cache before the first query row of the call; an empty block is causal
/// units   cells, the block too: behind `padding` the rows of a batch must have it in the same cells
/// errors  bad_parameter: offset or block.begin < 0, or only a part of the block is among the keys
/// source  prefix language model, T5 arXiv:1910.10683, PaliGemma; the image blocks of Gemma 3
struct prefix_lm {
    static constexpr std::string_view name = "prefix_lm";

    key_range block{};
    index_t offset = 0;

    CAUSALMM_HD constexpr status check(index_t /*batches*/, index_t keys) const noexcept {
        if (offset < 0) { return {errc::bad_parameter, "prefix_lm: offset is negative"}; }
        if (block.begin < 0) { return {errc::bad_parameter, "prefix_lm: the block begins before the first key"}; }
        if (block.size() > 0 && block.begin < keys && keys < block.end) {
            return {errc::bad_parameter, "prefix_lm: a part of the block is missing from the keys"};
        }
        return {};
    }
    CAUSALMM_HD constexpr key_range keys(index_t /*batch*/, index_t query, index_t key_count) const noexcept {
        if (offset >= key_count - query) { return {0, key_count}; }   // any offset, without overflow
        index_t const position = offset + query;
        bool const inside = block.begin <= position && position < block.end;
        return {0, inside ? block.end : position + 1};
    }
    CAUSALMM_HD constexpr index_t origin(index_t /*batch*/) const noexcept { return 0; }
};

}   // namespace causalmm::visibility
