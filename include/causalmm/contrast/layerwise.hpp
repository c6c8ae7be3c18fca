// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <causalmm/contrast/concepts.hpp>
#include <causalmm/contrast/divergence.hpp>

namespace causalmm::inline CAUSALMM_ABI::contrast {

/// What the last layers added: the factual row minus that of the early exit which differs most from it.
///
/// l' = l - l_m,  m = argmax_b js(p, p_b), the first of equals
///
/// shape   one branch per early exit, its row the head's output for an earlier layer; js over the plausible tokens
/// units   logits
/// errors  none: the policy has no parameters
/// source  DoLa arXiv:2309.03883, equations 1 to 4; its published code takes another divergence, and one layer for a whole batch
template <std::size_t Branches>
struct layerwise {
    static_assert(Branches > 0, "layerwise: at least one early exit");
    static constexpr std::string_view name = "layerwise";
    static constexpr std::size_t branches = Branches;

    constexpr status check() const noexcept { return {}; }
    constexpr bool reads(std::size_t /*branch*/) const noexcept { return true; }

    struct difference {
        std::size_t branch;

        constexpr float operator()(float factual, std::span<float const> counterfactual) const noexcept {
            return factual - counterfactual[branch];
        }
    };
    template <plausible_rows Rows>
    difference prepare(Rows const& rows) const noexcept {
        std::size_t furthest = 0;
        double most = jensen_shannon(rows, 0);
        for (std::size_t b = 1; b < Branches; ++b) {
            double const apart = jensen_shannon(rows, b);
            if (apart > most) {
                most = apart;
                furthest = b;
            }
        }
        return {furthest};
    }
};

}   // namespace causalmm::contrast
