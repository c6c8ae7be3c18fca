// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <causalmm/contrast/concepts.hpp>
#include <causalmm/contrast/divergence.hpp>
#include <causalmm/core/finite.hpp>

namespace causalmm::inline CAUSALMM_ABI::contrast {

/// Assembles a branch that nearly agrees with the factual one, and contrasts with it where they part.
///
/// l' = l + alpha l_b if d(p, p_b) < threshold, else l + gamma (l - l_b),  d = tv or js, as `measure` says
///
/// shape   one branch; d over the plausible tokens
/// units   logits; threshold for tv in [0, 1], half of what ONLY compares with, which leaves the 1/2 of tv out; for js in nats,
///         [0, log 2]
/// errors  bad_parameter: threshold, alpha or gamma is negative or not finite
/// source  ONLY arXiv:2507.00898 with tv: threshold 0.2 / 2 for questions, 0.25 / 2 for captions, alpha 3, gamma 1;
///         js below 0.15, alpha 2 in Fox (ICML 2026), which assembles above it too, by js
struct gated {
    static constexpr std::string_view name = "gated";
    static constexpr std::size_t branches = 1;

    float threshold = 0.1f;
    float alpha = 3.0f;
    float gamma = 1.0f;
    divergence measure = divergence::total_variation;

    constexpr status check() const noexcept {
        for (float const each : {threshold, alpha, gamma}) {
            if (!is_finite(each) || each < 0.0f) {
                return {errc::bad_parameter, "gated: threshold, alpha or gamma is negative or not finite"};
            }
        }
        return {};
    }
    constexpr bool reads(std::size_t /*branch*/) const noexcept { return !is_zero(alpha) || !is_zero(gamma); }

    struct chosen {
        bool agrees;
        float strength;

        constexpr float operator()(float factual, std::span<float const> counterfactual) const noexcept {
            return factual + strength * (agrees ? counterfactual[0] : factual - counterfactual[0]);
        }
    };
    template <plausible_rows Rows>
    chosen prepare(Rows const& rows) const noexcept {
        bool const agrees = detail::measured(measure, rows, 0) < static_cast<double>(threshold);
        return {agrees, agrees ? alpha : gamma};
    }
};

}   // namespace causalmm::contrast
