// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <causalmm/core/finite.hpp>
#include <causalmm/sampling/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::sampling {

/// Flattens or sharpens the distribution; 0 leaves the most likely token only.
///
/// l' = (l - max l) / T
///
/// shape   at least one candidate; T = 0 keeps the lowest id among equal maxima
/// units   logits; T without unit
/// errors  bad_parameter: T is negative or not finite
/// source  Boltzmann distribution; the shift keeps tiny temperatures from overflowing
struct temperature {
    static constexpr std::string_view name = "temperature";

    float value = 1.0f;

    constexpr status check() const noexcept {
        if (!is_finite(value) || value < 0.0f) { return {errc::bad_parameter, "temperature: negative or not finite"}; }
        return {};
    }
    constexpr std::size_t filter(std::span<candidate> candidates) const noexcept {
        candidate best = candidates[0];
        for (candidate const& each : candidates) {
            if (each.logit > best.logit) { best = each; }
        }
        if (value == 0.0f) {
            candidates[0] = best;
            return 1;
        }
        // In double 1 / T, which -ffast-math multiplies by, neither overflows nor vanishes.
        auto const top = static_cast<double>(best.logit), divisor = static_cast<double>(value);
        for (candidate& each : candidates) {
            each.logit = static_cast<float>((static_cast<double>(each.logit) - top) / divisor);
        }
        return candidates.size();
    }
};

}   // namespace causalmm::sampling
