// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <span>

#include <causalmm/core/config.hpp>
#include <causalmm/core/dtype.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_traits.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace causalmm::inline CAUSALMM_ABI::effect {

namespace detail {

/// A stored probability in double; the half-size types convert by way of float.
template <scalar T>
constexpr double number(T stored) noexcept {
    if constexpr (std::same_as<T, double>) {
        return stored;
    } else {
        return static_cast<double>(static_cast<float>(stored));
    }
}

}   // namespace detail

/// What an intervention takes from the probability of one outcome, sample by sample: draws of one sample are averaged first.
///
/// effect(i) = p_i(outcome) - mean_d p_id(outcome);  error(i) = sqrt(sum_d (p_id - mean)^2 / (draws (draws - 1)))
///
/// shape   factual (sample, outcome), counterfactual (sample, draw, outcome), effects one per sample, standard errors over the
///         draws one per sample or none; an outcome is a token, or an event such as "yes" whose tokens' probabilities the caller
///         has added up
/// units   probability; positive if the intervened attention had caused the outcome
/// errors  shape_mismatch; bad_parameter: no such outcome; empty_support: no draw, or one of which an error is
///         asked for; non_finite_factual, non_finite_counterfactual:
///         a probability read is NaN or infinite. On failure effects keep their values
/// source  P(O | A = a) - P(O | do(A = a*)) of CausalMM arXiv:2410.04780, its expectation over a* by Monte Carlo
template <adaptable Factual, adaptable Counterfactual>
status sample_effects(Factual const& factual, Counterfactual const& counterfactual, index_t outcome,
                      std::span<double> effects, std::span<double> errors = {}) noexcept {
    auto const rows = causalmm::view(factual);           // (sample, outcome)
    auto const draws = causalmm::view(counterfactual);   // (sample, draw, outcome)
    static_assert(decltype(rows)::rank == 2, "sample_effects: the factual probabilities are (sample, outcome)");
    static_assert(decltype(draws)::rank == 3,
                  "sample_effects: the counterfactual probabilities are (sample, draw, outcome)");
    if (!rows.valid() || !draws.valid() || rows.extent(0) != draws.extent(0) || rows.extent(1) != draws.extent(2) ||
        rows.extent(0) != static_cast<index_t>(effects.size()) ||
        (!errors.empty() && errors.size() != effects.size())) {
        return {errc::shape_mismatch, "sample_effects: factual, counterfactual and effects do not fit each other"};
    }
    if (rows.extent(0) == 0) { return {}; }
    if (outcome < 0 || outcome >= rows.extent(1)) { return {errc::bad_parameter, "sample_effects: no such outcome"}; }
    if (draws.extent(1) < (errors.empty() ? 1 : 2)) {
        return {errc::empty_support, "sample_effects: there is no draw, or one alone, which has no standard error"};
    }
    for (index_t i = 0; i < rows.extent(0); ++i) {
        if (!is_finite(detail::number(rows(i, outcome)))) {
            return {errc::non_finite_factual, "sample_effects: a factual probability is NaN or infinite"};
        }
        for (index_t d = 0; d < draws.extent(1); ++d) {
            if (!is_finite(detail::number(draws(i, d, outcome)))) {
                return {errc::non_finite_counterfactual,
                        "sample_effects: a counterfactual probability is NaN or infinite"};
            }
        }
    }
    double const count = static_cast<double>(draws.extent(1));
    for (index_t i = 0; i < rows.extent(0); ++i) {
        double sum = 0.0, squares = 0.0;
        for (index_t d = 0; d < draws.extent(1); ++d) { sum += detail::number(draws(i, d, outcome)); }
        effects[static_cast<std::size_t>(i)] = detail::number(rows(i, outcome)) - sum / count;
        if (errors.empty()) { continue; }
        for (index_t d = 0; d < draws.extent(1); ++d) {
            double const apart = detail::number(draws(i, d, outcome)) - sum / count;
            squares += apart * apart;
        }
        errors[static_cast<std::size_t>(i)] = std::sqrt(squares / (count * (count - 1.0)));
    }
    return {};
}

}   // namespace causalmm::effect
