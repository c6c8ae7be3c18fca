// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::intervention {

/// The pattern as it is: the control that must change nothing.
///
/// w'(q,k) = w(q,k)
///
/// shape   any pattern
/// units   attention probability
/// errors  none: the policy has no parameters
/// source  a branch that differs from the factual one only by existing
struct identity {
    static constexpr std::string_view name = "identity";

    constexpr status check() const noexcept { return {}; }
    CAUSALMM_HD constexpr affine_weight affine(row_stats const& /*row*/) const noexcept {
        return {.a = 0.0f, .b = 1.0f};
    }
};

}   // namespace causalmm::intervention
