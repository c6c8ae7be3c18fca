// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/core/joined_name.hpp>
#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::intervention {

/// Gives every edited row the mass back that it had: for a softmax row, one.
///
/// w'' = w' mass / sum_visible w';  a row with (nearly) nothing left becomes uniform: mass / visible
///
/// shape   any pattern; affine policies stay affine
/// units   attention probability
/// errors  those of the wrapped policy
/// source  CausalMM arXiv:2410.04780, normalize_attention, over visible keys only and without its 0 / 0
template <intervention_policy Policy>
struct renormalized {
    static constexpr auto name = joined_name<"renormalized_", Policy>;
    static constexpr bool restores_mass = true;

    Policy policy{};

    constexpr status check() const noexcept { return policy.check(); }

    template <affine_policy Affine = Policy>
    CAUSALMM_HD constexpr affine_weight affine(row_stats const& row) const noexcept {
        Affine const& inner = policy;
        affine_weight const edit = inner.affine(row);
        double const left = dose(edit, row);
        double const removed = edit.b < 0.0f ? -2.0 * static_cast<double>(edit.b) * row.mass : 0.0;
        double const terms = left + removed;   // what was added to and taken from the row, without regard to sign
        if (!(left > rounding * terms)) {
            return {.a = static_cast<float>(row.mass / static_cast<double>(row.visible)), .b = 0.0f};
        }
        double const scale = row.mass / left;
        return {.a = static_cast<float>(static_cast<double>(edit.a) * scale),
                .b = static_cast<float>(static_cast<double>(edit.b) * scale)};
    }
    template <weight_policy Weight = Policy>
    CAUSALMM_HD constexpr auto weight(row_stats const& row, site const& where) const noexcept {
        return static_cast<Weight const&>(policy).weight(row, where);
    }
    template <index_policy Index = Policy>
    CAUSALMM_HD constexpr auto swaps(site const& where) const noexcept {
        return static_cast<Index const&>(policy).swaps(where);
    }
    template <score_policy Score = Policy>
    CAUSALMM_HD constexpr auto score(site const& where) const noexcept {
        return static_cast<Score const&>(policy).score(where);
    }

  private:
    // Below this share of its terms a dose is rounding error of float weights.
    static constexpr double rounding = 1e-6;
};

}   // namespace causalmm::intervention
