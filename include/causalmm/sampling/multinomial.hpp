// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <span>
#include <string_view>

#include <causalmm/sampling/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::sampling {

/// Draws a token with its probability.
///
/// the first i with sum_{j <= i} exp(l_j - max l) > u sum_j exp(l_j - max l)
///
/// shape   at least one candidate
/// units   logits; sums run in double, so 150,000 equal tokens still add up to one
/// errors  none: the policy has no parameters
/// source  inverse transform sampling; a token of probability zero is never drawn
struct multinomial {
    static constexpr std::string_view name = "multinomial";

    constexpr status check() const noexcept { return {}; }
    static token choose(std::span<candidate const> candidates, draw const& which) noexcept {
        float top = candidates[0].logit;
        for (candidate const& each : candidates) { top = each.logit > top ? each.logit : top; }
        auto const weight = [top](candidate const& each) { return std::exp(static_cast<double>(each.logit) - top); };
        double total = 0.0;
        for (candidate const& each : candidates) { total += weight(each); }

        double const threshold = which.unit() * total;
        double cumulative = 0.0;
        token last = no_token;
        for (candidate const& each : candidates) {
            double const w = weight(each);
            if (!(w > 0.0)) { continue; }
            cumulative += w;
            last = each.id;
            if (cumulative > threshold) { break; }
        }
        return last;
    }
};

}   // namespace causalmm::sampling
