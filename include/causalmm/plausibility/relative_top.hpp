// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

#include <causalmm/core/finite.hpp>
#include <causalmm/plausibility/concepts.hpp>
#include <causalmm/plausibility/largest.hpp>

namespace causalmm::inline CAUSALMM_ABI::plausibility {

/// The adaptive constraint that never leaves fewer than so many tokens.
///
/// cutoff = min(max_j l_j + log ratio, the min_tokens-th largest l)
///
/// shape   one row; ties with the cutoff stay; min_tokens at most 64
/// units   logits; ratio of probabilities: 0 cuts nothing
/// errors  bad_parameter: ratio outside [0, 1] or not a number, min_tokens 0; out_of_capacity: min_tokens above 64
/// source  DoLa arXiv:2309.03883, get_relative_top_filter of its code: ratio 0.1, min_tokens 1
struct relative_top {
    static constexpr std::string_view name = "relative_top";

    float ratio = 0.1f;
    std::uint32_t min_tokens = 1;

    constexpr status check() const noexcept {
        if (!is_finite(ratio) || ratio < 0.0f || ratio > 1.0f) {
            return {errc::bad_parameter, "relative_top: ratio is outside [0, 1]"};
        }
        if (min_tokens == 0) { return {errc::bad_parameter, "relative_top: min_tokens is 0"}; }
        if (min_tokens > largest::capacity) { return {errc::out_of_capacity, "relative_top: min_tokens is above 64"}; }
        return {};
    }
    float cutoff(std::span<float const> row, float top) const noexcept {
        if (ratio == 0.0f) { return minus_infinity(); }
        float const relative = top + std::log(ratio);
        float const kept = largest(row, min_tokens)[min_tokens - 1];
        return kept < relative ? kept : relative;
    }
};

}   // namespace causalmm::plausibility
