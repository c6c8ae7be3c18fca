// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include <causalmm/core/finite.hpp>
#include <causalmm/core/status.hpp>

namespace causalmm::inline CAUSALMM_ABI::effect {

/// How far an intervention moves a whole distribution: the largest change of any event's probability.
///
/// tv = 1/2 sum_o |p(o) - q(o)|
///
/// shape   two rows over the same outcomes
/// units   probability; 0 for equal rows, 1 for rows that share no outcome
/// errors  shape_mismatch; empty_support: no outcome; non_finite_factual, non_finite_counterfactual: p or q holds NaN or infinity
/// source  total variation distance; ONLY arXiv:2507.00898 gates its contrast by twice this
inline result<double> total_variation(std::span<float const> p, std::span<float const> q) noexcept {
    if (p.size() != q.size()) { return {0.0, {errc::shape_mismatch, "total_variation: rows of unequal length"}}; }
    if (p.empty()) { return {0.0, {errc::empty_support, "total_variation: there is no outcome"}}; }
    double sum = 0.0;
    for (std::size_t o = 0; o < p.size(); ++o) {
        if (!is_finite(p[o])) { return {0.0, {errc::non_finite_factual, "total_variation: p holds NaN or infinity"}}; }
        if (!is_finite(q[o])) {
            return {0.0, {errc::non_finite_counterfactual, "total_variation: q holds NaN or infinity"}};
        }
        double const change = static_cast<double>(p[o]) - static_cast<double>(q[o]);
        sum += change < 0.0 ? -change : change;
    }
    return {0.5 * sum, {}};
}

}   // namespace causalmm::effect
