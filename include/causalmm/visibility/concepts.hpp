// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <string_view>

#include <causalmm/core/config.hpp>
#include <causalmm/core/status.hpp>

namespace causalmm::inline CAUSALMM_ABI::visibility {

/// A half-open interval of key cells.
///
/// shape   [begin, end)
/// units   cells of the key axis
/// errors  empty if end <= begin
/// source  none
struct key_range {
    index_t begin = 0;
    index_t end = 0;

    CAUSALMM_HD constexpr index_t size() const noexcept { return end > begin ? end - begin : 0; }
    friend CAUSALMM_HD constexpr bool operator==(key_range const&, key_range const&) noexcept = default;
};

/// Which keys a query may see: an interval of cells for each query row, and the cell where position 0 stands.
///
/// shape   keys(batch, query, key_count) lies inside [0, key_count)
/// units   `query` counts rows of the call, `origin(batch)` is a cell
/// errors  check() names a bad parameter
/// source  mask_mod(b, h, q_idx, kv_idx) of FlexAttention, as intervals so that no masked key is ever read
// clang-format off
template <class Policy>
concept visibility_policy = std::copyable<Policy> && requires(Policy const& policy, index_t i) {
    { Policy::name } -> std::convertible_to<std::string_view>;
    { policy.check(i, i) } noexcept -> std::same_as<status>;
    { policy.keys(i, i, i) } noexcept -> std::same_as<key_range>;
    { policy.origin(i) } noexcept -> std::same_as<index_t>;
};
// clang-format on

}   // namespace causalmm::visibility
