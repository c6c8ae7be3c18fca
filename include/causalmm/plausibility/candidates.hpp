// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <causalmm/core/finite.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/plausibility/concepts.hpp>
#include <causalmm/plausibility/largest.hpp>

namespace causalmm::inline CAUSALMM_ABI::plausibility {

/// The k likeliest tokens, or fewer if these already hold the probability p.
///
/// cutoff = the c-th largest l,  c = min(k, the least c with p_(1) + ... + p_(c) >= p)
///
/// shape   one row; ties with the cutoff stay; k at most 64
/// units   logits; p is a probability under the factual branch's own softmax: 1 leaves the k likeliest
/// errors  bad_parameter: p outside [0, 1] or not a number, k 0; out_of_capacity: k above 64
/// source  DeCo arXiv:2410.11779: k 20, p 0.9
struct candidates {
    static constexpr std::string_view name = "candidates";

    std::uint32_t k = 20;
    float p = 0.9f;

    constexpr status check() const noexcept {
        if (!is_finite(p) || p < 0.0f || p > 1.0f) { return {errc::bad_parameter, "candidates: p is outside [0, 1]"}; }
        if (k == 0) { return {errc::bad_parameter, "candidates: k is 0"}; }
        if (k > largest::capacity) { return {errc::out_of_capacity, "candidates: k is above 64"}; }
        return {};
    }
    float cutoff(std::span<float const> row, float top) const noexcept {
        largest const best(row, k);
        if (p >= 1.0f) { return best[k - 1]; }
        auto const weight = [top](float logit) noexcept {
            return std::exp(static_cast<double>(logit) - static_cast<double>(top));
        };
        double const total = causalmm::detail::reduce(
            static_cast<index_t>(row.size()), 0.0,
            [&](index_t i) noexcept { return weight(row[static_cast<std::size_t>(i)]); }, causalmm::detail::sum{});
        double const wanted = static_cast<double>(p) * total;
        double reached = weight(best[0]);
        std::size_t last = 0;
        while (reached < wanted && last + 1 < best.size()) { reached += weight(best[++last]); }
        return best[last];
    }
};

}   // namespace causalmm::plausibility
