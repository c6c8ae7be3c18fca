// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <span>
#include <string_view>

#include <causalmm/core/config.hpp>
#include <causalmm/core/status.hpp>

namespace causalmm::inline CAUSALMM_ABI::plausibility {

// clang-format off

/// WHICH tokens stay eligible, decided by the un-contrasted factual row: token i stays <=> l_i >= cutoff. A policy defines one of:
///
/// cutoff(top)      -> from the largest logit alone
/// cutoff(row, top) -> from the whole row, which holds neither NaN nor +infinity
///
/// shape   one row; at least the maximum stays: cutoff <= top
/// units   logits
/// errors  check() names a bad parameter
/// source  adaptive plausibility constraint, arXiv:2210.15097
template <class Policy>
concept cuts_by_top = requires(Policy const& policy, float top) {
    { policy.cutoff(top) } noexcept -> std::same_as<float>;
};
/// A policy that reads the whole row, see cuts_by_top.
template <class Policy>
concept cuts_by_row = requires(Policy const& policy, std::span<float const> row, float top) {
    { policy.cutoff(row, top) } noexcept -> std::same_as<float>;
};
/// WHICH tokens stay eligible: a copyable struct with a name, a check of its parameters, and one verb.
template <class Policy>
concept plausibility_policy = std::copyable<Policy> &&
    requires(Policy const& policy) {
        { Policy::name } -> std::convertible_to<std::string_view>;
        { policy.check() } noexcept -> std::same_as<status>;
    } &&
    (int{cuts_by_top<Policy>} + int{cuts_by_row<Policy>} == 1);

// clang-format on

/// The cutoff of a row whose largest logit is `top`.
template <plausibility_policy Policy>
constexpr float cutoff(Policy const& policy, [[maybe_unused]] std::span<float const> row, float top) noexcept {
    if constexpr (cuts_by_row<Policy>) {
        return policy.cutoff(row, top);
    } else {
        return policy.cutoff(top);
    }
}

}   // namespace causalmm::plausibility
