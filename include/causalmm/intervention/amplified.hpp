// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <causalmm/core/finite.hpp>
#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::intervention {

/// Attention that looks harder at the selected keys, usually those of the image.
///
/// s'(q,k) = s(q,k) + alpha |s(q,k)|
///
/// shape   any attention; a score of -infinity stays one
/// units   natural-log scores; alpha without unit: 0 changes nothing, a negative one looks away
/// errors  bad_parameter: alpha is not finite
/// source  PAI arXiv:2407.21771, alpha 0.2 for questions and 0.5 for captions; CAI varies alpha by key
struct amplified {
    static constexpr std::string_view name = "amplified";

    float alpha = 0.2f;

    constexpr status check() const noexcept {
        if (!is_finite(alpha)) { return {errc::bad_parameter, "amplified: alpha is not finite"}; }
        return {};
    }

    struct lifted {
        float alpha;

        CAUSALMM_HD constexpr float operator()(index_t /*key*/, float s) const noexcept {
            if (is_minus_infinity(s)) { return s; }   // -infinity + infinity is no number
            return s + alpha * (s < 0.0f ? -s : s);
        }
    };
    CAUSALMM_HD constexpr lifted score(site const& /*where*/) const noexcept { return {alpha}; }
};

}   // namespace causalmm::intervention
