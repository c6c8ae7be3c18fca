// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::visibility {

/// A query sees itself and what came before it.
///
/// S(q) = {0, ..., offset + q}, cut at the number of keys
///
/// shape   `offset` keys stood in the cache before the first query row of the call
/// units   cells
/// errors  bad_parameter: offset < 0
/// source  LLaMA, arXiv:2302.13971; with offset = keys - queries, row i of a prefill equals decode step i
struct causal {
    static constexpr std::string_view name = "causal";

    index_t offset = 0;

    CAUSALMM_HD constexpr status check(index_t /*batches*/, index_t /*keys*/) const noexcept {
        if (offset < 0) { return {errc::bad_parameter, "causal: offset is negative"}; }
        return {};
    }
    CAUSALMM_HD constexpr key_range keys(index_t /*batch*/, index_t query, index_t key_count) const noexcept {
        return {0, offset < key_count - query ? offset + query + 1 : key_count};   // any offset, without overflow
    }
    CAUSALMM_HD constexpr index_t origin(index_t /*batch*/) const noexcept { return 0; }
};

}   // namespace causalmm::visibility
