// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::visibility {

/// A query sees itself and the window - 1 keys before it.
///
/// S(q) = {offset + q - window + 1, ..., offset + q}, cut to the keys there are
///
/// shape   `offset` keys stood in the cache before the first query row of the call; the cache still holds the keys out of sight
/// units   cells
/// errors  bad_parameter: offset < 0 or window < 1
/// source  Mistral arXiv:2310.06825; transformers' sliding_window counts the query itself too
struct sliding_window {
    static constexpr std::string_view name = "sliding_window";

    index_t window = 4096;
    index_t offset = 0;

    CAUSALMM_HD constexpr status check(index_t /*batches*/, index_t /*keys*/) const noexcept {
        if (offset < 0) { return {errc::bad_parameter, "sliding_window: offset is negative"}; }
        if (window < 1) { return {errc::bad_parameter, "sliding_window: window is less than 1"}; }
        return {};
    }
    CAUSALMM_HD constexpr key_range keys(index_t /*batch*/, index_t query, index_t key_count) const noexcept {
        index_t const left = key_count - query;   // compared before anything is added: any offset, without overflow
        index_t const lead = offset - (window - 1);
        index_t const begin = lead < left ? lead + query : key_count;
        return {begin > 0 ? begin : 0, offset < left ? offset + query + 1 : key_count};
    }
    CAUSALMM_HD constexpr index_t origin(index_t /*batch*/) const noexcept { return 0; }
};

}   // namespace causalmm::visibility
