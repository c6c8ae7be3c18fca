// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include <causalmm/contrast/concepts.hpp>
#include <causalmm/core/config.hpp>
#include <causalmm/core/finite.hpp>

namespace causalmm::inline CAUSALMM_ABI::contrast {

/// Moves the factual logits away from every counterfactual.
///
/// l' = l + sum_b gamma_b (l - l_b)
///
/// shape   any number of branches, fixed by the type; none leaves the factual logits as they are
/// units   logits; gamma without unit
/// errors  bad_parameter: a gamma is negative or not finite
/// source  CausalMM arXiv:2410.04780: one branch (1 + gamma) l - gamma l_cf, two branches (1 + 2 gamma) l - gamma l_v - gamma l_l
template <std::size_t Branches>
struct linear {
    static constexpr std::string_view name = "linear";
    static constexpr std::size_t branches = Branches;

    std::array<float, Branches> gamma{};

    constexpr status check() const noexcept {
        for (float const strength : gamma) {
            if (!is_finite(strength) || strength < 0.0f) {
                return {errc::bad_parameter, "linear: gamma is negative or not finite"};
            }
        }
        return {};
    }
    constexpr bool reads(std::size_t branch) const noexcept { return !is_zero(gamma[branch]); }
    constexpr float contrast(float factual, std::span<float const> counterfactual) const noexcept {
        float sum = factual;
        for (std::size_t b = 0; b < Branches; ++b) { sum += gamma[b] * (factual - counterfactual[b]); }
        return sum;
    }
};

}   // namespace causalmm::contrast
