// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::intervention {

/// Counterfactual attention that looks everywhere alike.
///
/// w'(q,k) = mean of w over the visible keys of the row, or of the whole map
///
/// shape   any pattern
/// units   attention probability; a row keeps its mass (over = map: the map does)
/// errors  none
/// source  CausalMM arXiv:2410.04780, uniform_attention without its division by masked keys
struct uniform {
    static constexpr std::string_view name = "uniform";

    scope over = scope::row;

    constexpr status check() const noexcept { return {}; }
    CAUSALMM_HD constexpr affine_weight affine(row_stats const& row) const noexcept {
        return {.a = static_cast<float>(row.mean), .b = 0.0f};
    }
};

}   // namespace causalmm::intervention
