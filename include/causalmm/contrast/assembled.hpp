// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include <causalmm/contrast/concepts.hpp>
#include <causalmm/core/finite.hpp>

namespace causalmm::inline CAUSALMM_ABI::contrast {

/// Adds branches that see better, such as one whose image shows only what the question is about: the opposite of a contrast.
///
/// l' = l + sum_b alpha_b l_b
///
/// shape   any number of branches, fixed by the type; none leaves the factual logits as they are
/// units   logits; alpha without unit. Branches that agree sharpen the row: l_b = l is a temperature of 1 / (1 + sum_b alpha_b)
/// errors  bad_parameter: an alpha is negative or not finite
/// source  AGLA arXiv:2406.12718, alpha 2; RITUAL arXiv:2405.17821
template <std::size_t Branches>
struct assembled {
    static constexpr std::string_view name = "assembled";
    static constexpr std::size_t branches = Branches;

    std::array<float, Branches> alpha{};

    constexpr status check() const noexcept {
        for (float const strength : alpha) {
            if (!is_finite(strength) || strength < 0.0f) {
                return {errc::bad_parameter, "assembled: alpha is negative or not finite"};
            }
        }
        return {};
    }
    constexpr bool reads(std::size_t branch) const noexcept { return !is_zero(alpha[branch]); }
    constexpr float contrast(float factual, std::span<float const> counterfactual) const noexcept {
        float sum = factual;
        for (std::size_t b = 0; b < Branches; ++b) { sum += alpha[b] * counterfactual[b]; }
        return sum;
    }
};

}   // namespace causalmm::contrast
