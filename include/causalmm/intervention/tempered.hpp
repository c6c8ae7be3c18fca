// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <causalmm/core/finite.hpp>
#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::intervention {

/// Attention that is flatter (temperature above 1) or sharper (below 1) than the model's own.
///
/// s'(q,k) = s(q,k) / temperature; over whole rows: w'(q,k) = w(q,k)^(1 / temperature) / sum_k w(q,k)^(1 / temperature)
///
/// shape   any attention; a score of -infinity stays one; over some keys of a row, mass moves by the sign of their scores
/// units   natural-log scores; temperature without unit
/// errors  bad_parameter: temperature is not a finite number above 0
/// source  softmax temperature, arXiv:1503.02531; VAF arXiv:2503.13107 multiplies image scores by 1.15 = 1 / temperature
struct tempered {
    static constexpr std::string_view name = "tempered";

    float temperature = 2.0f;

    constexpr status check() const noexcept {
        if (!is_finite(temperature) || !(temperature > 0.0f)) {
            return {errc::bad_parameter, "tempered: temperature is not a finite number above 0"};
        }
        return {};
    }

    struct divided {
        float temperature;

        CAUSALMM_HD constexpr float operator()(index_t /*key*/, float s) const noexcept {
            if (is_minus_infinity(s)) { return s; }   // -ffast-math lets a quotient of infinities be anything
            return s / temperature;
        }
    };
    CAUSALMM_HD constexpr divided score(site const& /*where*/) const noexcept { return {temperature}; }
};

}   // namespace causalmm::intervention
