// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string_view>

#include <causalmm/contrast/concepts.hpp>
#include <causalmm/core/finite.hpp>

namespace causalmm::inline CAUSALMM_ABI::contrast {

/// A contrast that grows with the text, because the longer it is the less a model looks at the image.
///
/// l' = l + (1 - g_t) / g_t (l - l_b),  g_t = exp(-rate t), so the strength is exp(rate t) - 1
///
/// shape   one branch, usually without the image
/// units   logits; t = 0 is the first token, which is not contrasted; rate 0.02 reaches strength 1 at t = 35
/// errors  bad_parameter: rate is negative or not finite; a step so late that the strength is no float is reported by the step
/// source  M3ID arXiv:2403.14003, rate 0.02
struct time_varying {
    static constexpr std::string_view name = "time_varying";
    static constexpr std::size_t branches = 1;

    float rate = 0.02f;

    constexpr status check() const noexcept {
        if (!is_finite(rate) || rate < 0.0f) {
            return {errc::bad_parameter, "time_varying: rate is negative or not finite"};
        }
        return {};
    }
    constexpr bool reads(std::size_t /*branch*/) const noexcept { return !is_zero(rate); }

    struct strengthened {
        float gamma;

        constexpr float operator()(float factual, std::span<float const> counterfactual) const noexcept {
            return factual + gamma * (factual - counterfactual[0]);
        }
    };
    template <plausible_rows Rows>
    strengthened prepare(Rows const& rows) const noexcept {
        return {static_cast<float>(std::expm1(static_cast<double>(rate) * static_cast<double>(rows.step())))};
    }
};

}   // namespace causalmm::contrast
