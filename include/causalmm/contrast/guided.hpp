// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <causalmm/contrast/concepts.hpp>
#include <causalmm/core/finite.hpp>

namespace causalmm::inline CAUSALMM_ABI::contrast {

/// Classifier-free guidance: from the unconditional branch (without the image) through the factual one, and on.
///
/// l' = l_u + scale (l - l_u);  log p' = scale log p + (1 - scale) log p_u up to the constant that normalises p'
///
/// shape   one branch
/// units   logits or log-probabilities, which differ by a constant a row; scale 0 is l_u, 1 is l, 1 + gamma is linear's gamma
/// errors  bad_parameter: scale is negative or not finite
/// source  arXiv:2306.17806; PAI arXiv:2407.21771 uses scale 1.1
struct guided {
    static constexpr std::string_view name = "guided";
    static constexpr std::size_t branches = 1;

    float scale = 1.1f;

    constexpr status check() const noexcept {
        if (!is_finite(scale) || scale < 0.0f) {
            return {errc::bad_parameter, "guided: scale is negative or not finite"};
        }
        return {};
    }
    constexpr bool reads(std::size_t /*branch*/) const noexcept { return scale != 1.0f; }
    constexpr float contrast(float factual, std::span<float const> counterfactual) const noexcept {
        return counterfactual[0] + scale * (factual - counterfactual[0]);
    }
};

}   // namespace causalmm::contrast
