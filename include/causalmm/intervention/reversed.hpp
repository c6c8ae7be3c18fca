// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::intervention {

/// Counterfactual attention that turns the weakest weights into the strongest.
///
/// w'(q,k) = max w - w(q,k), the maximum over the visible keys of the row, or of the whole map
///
/// shape   any pattern
/// units   non-negative weight; the row sums to visible * max - mass, 0 for a flat row or a single key
/// errors  none
/// source  CausalMM arXiv:2410.04780, reverse_attention (row) and edit_attention (map)
struct reversed {
    static constexpr std::string_view name = "reversed";

    scope over = scope::row;

    constexpr status check() const noexcept { return {}; }
    CAUSALMM_HD constexpr affine_weight affine(row_stats const& row) const noexcept {
        return {.a = row.max_prob, .b = -1.0f};
    }
};

}   // namespace causalmm::intervention
