// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <span>

#include <causalmm/core/finite.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/decode/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// What turns the logits of candidates into logarithms of probabilities.
///
/// log p_i = l_i - log_total,  log_total = log sum_j exp l_j
///
/// shape   any number of candidates; those of -infinity have no probability
/// units   natural logarithm; the sum runs in double
/// errors  empty_support: no candidate has a probability; non_finite_factual: a logit is NaN or +infinity
/// source  log-softmax, shifted by the largest logit
inline result<double> log_total(std::span<sampling::candidate const> candidates) noexcept {
    float top = minus_infinity();
    for (sampling::candidate const& each : candidates) {
        if (!is_finite(each.logit) && !is_minus_infinity(each.logit)) {
            return {0.0, {errc::non_finite_factual, "decode: a processed logit is NaN or +infinity"}};
        }
        top = each.logit > top ? each.logit : top;
    }
    if (is_minus_infinity(top)) { return {0.0, {errc::empty_support, "decode: no candidate of positive probability"}}; }
    double total = 0.0;
    for (sampling::candidate const& each : candidates) {
        if (is_finite(each.logit)) { total += std::exp(static_cast<double>(each.logit) - static_cast<double>(top)); }
    }
    return {static_cast<double>(top) + std::log(total), {}};
}

}   // namespace causalmm::decode
