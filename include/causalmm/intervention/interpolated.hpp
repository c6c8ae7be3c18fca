// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/core/finite.hpp>
#include <causalmm/core/joined_name.hpp>
#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::intervention {

/// An intervention taken in part: a mixture of the pattern and what another policy makes of it.
///
/// w'' = (1 - share) w + share w'
///
/// shape   any pattern; the wrapped policy is affine, and so is the mixture
/// units   attention probability; dose = (1 - share) mass + share dose'; share 0 is the identity, 1 the wrapped policy
/// errors  bad_parameter: share outside [0, 1]; those of the wrapped policy
/// source  a mixture of affine edits is affine: a'' = share a, b'' = 1 - share + share b
template <affine_policy Policy>
struct interpolated {
    static constexpr auto name = joined_name<"interpolated_", Policy>;

    Policy policy{};
    float share = 0.5f;

    constexpr status check() const noexcept {
        if (!is_finite(share) || share < 0.0f || share > 1.0f) {
            return {errc::bad_parameter, "interpolated: share is outside [0, 1]"};
        }
        return policy.check();
    }
    CAUSALMM_HD constexpr affine_weight affine(row_stats const& row) const noexcept {
        affine_weight const edit = policy.affine(row);
        return {.a = share * edit.a, .b = (1.0f - share) + share * edit.b};
    }
};

}   // namespace causalmm::intervention
