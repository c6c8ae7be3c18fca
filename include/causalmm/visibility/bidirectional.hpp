// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::visibility {

/// Every query sees every key, as in a vision tower.
///
/// S(q) = {0, ..., keys - 1}
///
/// shape   any
/// units   cells
/// errors  none: the policy has no parameters
/// source  CLIP, arXiv:2103.00020
struct bidirectional {
    static constexpr std::string_view name = "bidirectional";

    CAUSALMM_HD constexpr status check(index_t /*batches*/, index_t /*keys*/) const noexcept { return {}; }
    CAUSALMM_HD constexpr key_range keys(index_t /*batch*/, index_t /*query*/, index_t key_count) const noexcept {
        return {0, key_count};
    }
    CAUSALMM_HD constexpr index_t origin(index_t /*batch*/) const noexcept { return 0; }
};

}   // namespace causalmm::visibility
