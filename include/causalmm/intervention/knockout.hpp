// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <causalmm/core/finite.hpp>
#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::intervention {

/// Attention that cannot see the selected keys: the softmax shares their mass out among the others.
///
/// s'(q,k) = -infinity, so w'(q,k) = 0
///
/// shape   any attention; a row that loses all its keys is a fully masked row: w' = 0, z = 0, lse = -infinity
/// units   natural-log scores
/// errors  none: the policy has no parameters
/// source  attention knockout, arXiv:2304.14767
struct knockout {
    static constexpr std::string_view name = "knockout";

    constexpr status check() const noexcept { return {}; }

    struct no_score {
        CAUSALMM_HD constexpr float operator()(index_t /*key*/, float /*s*/) const noexcept { return minus_infinity(); }
    };
    CAUSALMM_HD constexpr no_score score(site const& /*where*/) const noexcept { return {}; }
};

}   // namespace causalmm::intervention
