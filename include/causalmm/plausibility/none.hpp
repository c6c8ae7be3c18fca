// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <causalmm/core/finite.hpp>
#include <causalmm/plausibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::plausibility {

/// Every token stays eligible, but for those the engine itself forbids with -infinity.
///
/// cutoff = -infinity
///
/// shape   one row
/// units   logits
/// errors  none: the policy has no parameters
/// source  equations 9 to 12 of CausalMM arXiv:2410.04780 as printed, which cut nothing
struct none {
    static constexpr std::string_view name = "none";

    constexpr status check() const noexcept { return {}; }
    constexpr float cutoff(float /*top*/) const noexcept { return minus_infinity(); }
};

}   // namespace causalmm::plausibility
