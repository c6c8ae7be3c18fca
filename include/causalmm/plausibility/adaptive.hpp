// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <string_view>

#include <causalmm/core/finite.hpp>
#include <causalmm/plausibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::plausibility {

/// Keeps the tokens that the factual branch itself finds at least epsilon times as likely as its best one.
///
/// cutoff = max_j l_j + log epsilon
///
/// shape   one row; ties with the cutoff stay
/// units   logits; epsilon is a ratio of probabilities: 0 cuts nothing, 1 keeps the maxima only
/// errors  bad_parameter: epsilon outside [0, 1] or not a number
/// source  adaptive plausibility constraint, arXiv:2210.15097, as CausalMM's published code applies it
struct adaptive {
    static constexpr std::string_view name = "adaptive";

    float epsilon = 0.1f;

    constexpr status check() const noexcept {
        if (!is_finite(epsilon) || epsilon < 0.0f || epsilon > 1.0f) {
            return {errc::bad_parameter, "adaptive: epsilon is outside [0, 1]"};
        }
        return {};
    }
    float cutoff(float top) const noexcept { return epsilon > 0.0f ? top + std::log(epsilon) : minus_infinity(); }
};

}   // namespace causalmm::plausibility
