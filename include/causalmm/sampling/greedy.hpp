// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <causalmm/sampling/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::sampling {

/// Takes the most likely token, the lowest id among equals.
///
/// argmax_i l_i
///
/// shape   at least one candidate
/// units   logits
/// errors  none: the policy has no parameters
/// source  greedy decoding
struct greedy {
    static constexpr std::string_view name = "greedy";

    constexpr status check() const noexcept { return {}; }
    constexpr token choose(std::span<candidate const> candidates, draw const& /*which*/) const noexcept {
        candidate best = candidates[0];
        for (candidate const& each : candidates) {
            if (each.logit > best.logit) { best = each; }
        }
        return best.id;
    }
};

}   // namespace causalmm::sampling
