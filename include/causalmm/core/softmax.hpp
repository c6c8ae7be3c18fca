// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

#include <causalmm/core/config.hpp>
#include <causalmm/core/finite.hpp>

namespace causalmm::inline CAUSALMM_ABI {

/// What a policy may know of an attention row without seeing its weights.
///
/// max_prob = exp(max score - lse); mass = sum of the weights; mean = mass / visible, of the row or of the whole map
///
/// shape   one row, masked keys not counted
/// units   attention probability; lse is the natural logarithm of the sum of exponentials
/// errors  visible = 0 for a fully masked row, then lse is -infinity and the rest 0
/// source  (m, d) of FlashInfer's states, AuxRequest(lse, max_scores) of FlexAttention
struct row_stats {
    index_t visible = 0;
    float max_prob = 0.0f;
    float lse = minus_infinity();
    double mass = 1.0;
    double mean = 0.0;
};

namespace detail {

/// Folds a row by `combine` in fixed lanes, so that it vectorizes without -ffast-math and depends on the row alone. Of 16
/// lanes g++ 12 makes 16 scalar maxima, of 32 vectors; for short dot products 16 start and end sooner.
template <index_t lanes = 32, class T, class Element, class Combine>
CAUSALMM_HD constexpr T reduce(index_t count, T start, Element element, Combine combine) noexcept {
    T partial[static_cast<std::size_t>(lanes)];
    for (T& lane : partial) { lane = start; }
    index_t const whole = count - count % lanes;
    for (index_t i = 0; i < whole; i += lanes) {
        for (index_t lane = 0; lane < lanes; ++lane) { partial[lane] = combine(partial[lane], element(i + lane)); }
    }
    for (index_t lane = 0; lane < count - whole; ++lane) {
        partial[lane] = combine(partial[lane], element(whole + lane));
    }
    for (index_t width = lanes / 2; width > 0; width /= 2) {
        for (index_t lane = 0; lane < width; ++lane) { partial[lane] = combine(partial[lane], partial[lane + width]); }
    }
    return partial[0];
}

struct larger {   // of numbers, or of each lane of a register
    template <class T>
    constexpr T operator()(T a, T b) const noexcept {
        return b > a ? b : a;
    }
};
struct sum {
    template <class T>
    constexpr T operator()(T a, T b) const noexcept {
        return a + b;
    }
};

}   // namespace detail

/// Turns a row of scores into a row of probabilities, in place.
///
/// w(k) = exp(s(k) - max s) / sum_k exp(s(k) - max s)
///
/// shape   count scores, contiguous
/// units   natural-log scores in, probabilities out
/// errors  a row that is empty or all -infinity becomes zeros: visible = 0, lse = -infinity
/// source  Milakov and Gimelshein, arXiv:1805.02867; zeros for empty rows as PyTorch's _safe_softmax
inline row_stats softmax(float* row, index_t count) noexcept {
    float const top = detail::reduce(
        count, minus_infinity(), [row](index_t i) { return row[i]; }, detail::larger{});
    bool all_masked = is_minus_infinity(top);   // or all NaN: no comparison lifts the maximum then
    for (index_t i = 0; all_masked && i < count; ++i) { all_masked = is_minus_infinity(row[i]); }
    if (all_masked) {
        for (index_t i = 0; i < count; ++i) { row[i] = 0.0f; }
        return {.visible = 0, .max_prob = 0.0f, .lse = minus_infinity(), .mass = 0.0, .mean = 0.0};
    }
    for (index_t i = 0; i < count; ++i) { row[i] = std::exp(row[i] - top); }
    float const total = detail::reduce(
        count, 0.0f, [row](index_t i) { return row[i]; }, detail::sum{});
    float const scale = 1.0f / total;
    for (index_t i = 0; i < count; ++i) { row[i] *= scale; }
    return {.visible = count,
            .max_prob = scale,
            .lse = top + std::log(total),
            .mass = 1.0,
            .mean = 1.0 / static_cast<double>(count)};
}

}   // namespace causalmm
