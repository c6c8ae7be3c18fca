// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string_view>

#include <causalmm/core/finite.hpp>
#include <causalmm/sampling/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::sampling {

/// Keeps the smallest set of most likely tokens whose probabilities reach p; 1 keeps all.
///
/// the shortest prefix, by descending probability, with sum >= p
///
/// shape   at least one candidate stays
/// units   probability
/// errors  bad_parameter: p outside [0, 1] or not a number
/// source  Holtzman et al., arXiv:1904.09751
struct top_p {
    static constexpr std::string_view name = "top_p";

    float p = 1.0f;

    constexpr status check() const noexcept {
        if (!is_finite(p) || p < 0.0f || p > 1.0f) { return {errc::bad_parameter, "top_p: p is outside [0, 1]"}; }
        return {};
    }
    std::size_t filter(std::span<candidate> candidates) const noexcept {
        if (p >= 1.0f) { return candidates.size(); }
        std::sort(candidates.begin(), candidates.end(), [](candidate const& a, candidate const& b) {
            return a.logit > b.logit || (a.logit == b.logit && a.id < b.id);
        });
        auto const top = static_cast<double>(candidates[0].logit);
        double total = 0.0;
        for (candidate const& each : candidates) { total += std::exp(static_cast<double>(each.logit) - top); }
        double reached = 0.0;
        std::size_t kept = 0;
        do {
            reached += std::exp(static_cast<double>(candidates[kept++].logit) - top);
        } while (kept < candidates.size() && reached < static_cast<double>(p) * total);
        std::sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(kept),
                  [](candidate const& a, candidate const& b) { return a.id < b.id; });
        return kept;
    }
};

}   // namespace causalmm::sampling
