// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

#include <causalmm/core/config.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/released/maximum.hpp>
#include <causalmm/released/shape.hpp>

namespace causalmm::inline CAUSALMM_ABI::released {

/// Strength of the published contrast and reach of its plausibility cut.
///
/// shape   gamma >= 0, epsilon in [0, 1]
/// units   gamma without unit; epsilon is a probability relative to the most likely token's
/// errors  bad_parameter from check()
/// source  CausalMM evaluation script: 1 and 0.1 by default, 1 and 0.6 in its shell script
struct contrast_parameters {
    double gamma = 1.0;
    double epsilon = 0.1;

    constexpr status check() const noexcept {
        if (!is_finite(gamma) || gamma < 0.0) {
            return {errc::bad_parameter, "released: gamma is negative or not finite"};
        }
        if (!is_finite(epsilon) || epsilon < 0.0 || epsilon > 1.0) {
            return {errc::bad_parameter, "released: epsilon is outside [0, 1]"};
        }
        return {};
    }
};

namespace detail {

/// log(epsilon) + max l, in single precision; log(0) without calling log, which -ffast-math may assume finite.
inline float plausibility_cut(double epsilon, tensor_view<float const, 1> const& factual) noexcept {
    auto const rounded = static_cast<float>(epsilon);
    float const reach = rounded > 0.0f ? static_cast<float>(std::log(static_cast<double>(rounded))) : minus_infinity();
    return reach + maximum(factual);
}

/// Rows of l' = value(row, token), and minus infinity where l is below the cut.
template <class Value>
void contrast_rows(tensor_view<float const, 2> const& factual, double epsilon, tensor_view<float, 2> const& contrasted,
                   Value const& value) noexcept {
    for (index_t b = 0; b < factual.extent(0); ++b) {
        CAUSALMM_ASSERT(
            factual.strides[1] != 1 || contrasted.strides[1] != 1 ||
            causalmm::detail::same_or_apart(factual.slice(b).data, contrasted.slice(b).data, factual.extent(1)));
        float const cut = plausibility_cut(epsilon, factual.slice(b));
        for (index_t token = 0; token < factual.extent(1); ++token) {
            float const l = factual(b, token);
            bool const hidden = !is_nan(l) && !is_nan(cut) && l < cut;
            contrasted(b, token) = hidden ? minus_infinity() : value(b, token);
        }
    }
}

}   // namespace detail

/// The published contrast with one counterfactual branch.
///
/// l' = (1 + gamma) l - gamma l_cf,  -inf where l < log(epsilon) + max l
///
/// shape   (batch, vocabulary) each; `contrasted` must not overlap the others, but may be `factual` itself
/// units   logits; the cut is taken from the factual row, before temperature
/// errors  bad_parameter: gamma or epsilon out of range; shape_mismatch: shapes differ, or a dimension is 0. Infinite
///         branches make NaN, and a NaN in the factual row switches the cut off, both as published
/// source  CausalMM causalmm_sm.py in float32. PyTorch's logarithm differs by one unit in the last place for 6 of
///         epsilon = 0.01, 0.02, ..., 0.99 (not 0.1, 0.2, 0.6), which moves the cut by as little
inline status contrast_logits(tensor_view<float const, 2> const& factual,
                              tensor_view<float const, 2> const& counterfactual, contrast_parameters const& parameters,
                              tensor_view<float, 2> const& contrasted) noexcept {
    if (status s = parameters.check(); !s) { return s; }
    if (status s = check_shape(factual, contrasted); !s) { return s; }
    if (status s = check_shape(counterfactual, contrasted); !s) { return s; }
    auto const gain = static_cast<float>(1.0 + parameters.gamma);   // Python adds in double
    auto const gamma = static_cast<float>(parameters.gamma);
    detail::contrast_rows(factual, parameters.epsilon, contrasted, [&](index_t b, index_t token) {
        return gain * factual(b, token) - gamma * counterfactual(b, token);
    });
    return {};
}

/// The published contrast with a vision and a language branch.
///
/// l' = (1 + 2 gamma) l - gamma l_v - gamma l_l,  -inf where l < log(epsilon) + max l
///
/// shape   (batch, vocabulary) each; `contrasted` must not overlap the others, but may be `factual` itself
/// units   logits; the cut is taken from the factual row, before temperature
/// errors  as with one branch
/// source  CausalMM causalmm_mm.py in float32
inline status contrast_logits(tensor_view<float const, 2> const& factual, tensor_view<float const, 2> const& vision,
                              tensor_view<float const, 2> const& language, contrast_parameters const& parameters,
                              tensor_view<float, 2> const& contrasted) noexcept {
    if (status s = parameters.check(); !s) { return s; }
    if (status s = check_shape(factual, contrasted); !s) { return s; }
    if (status s = check_shape(vision, contrasted); !s) { return s; }
    if (status s = check_shape(language, contrasted); !s) { return s; }
    auto const gain = static_cast<float>(1.0 + 2.0 * parameters.gamma);
    auto const gamma = static_cast<float>(parameters.gamma);
    detail::contrast_rows(factual, parameters.epsilon, contrasted, [&](index_t b, index_t token) {
        return gain * factual(b, token) - gamma * vision(b, token) - gamma * language(b, token);
    });
    return {};
}

}   // namespace causalmm::released
