// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <string_view>

#include <causalmm/core/status.hpp>

namespace causalmm::plausibility {

/// WHICH tokens stay eligible, decided by the un-contrasted factual row.
///
/// token i stays  <=>  l_i >= cutoff(max_j l_j)
///
/// shape   one row; at least the maximum stays
/// units   logits
/// errors  check() names a bad parameter
/// source  adaptive plausibility constraint, arXiv:2210.15097
// clang-format off
template <class Policy>
concept plausibility_policy = std::copyable<Policy> && requires(Policy const& policy, float top) {
    { Policy::name } -> std::convertible_to<std::string_view>;
    { policy.check() } noexcept -> std::same_as<status>;
    { policy.cutoff(top) } noexcept -> std::same_as<float>;
};
// clang-format on

}   // namespace causalmm::plausibility
