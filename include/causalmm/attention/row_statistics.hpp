// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

#include <causalmm/core/config.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention {

/// What an affine edit needs of each factual row, as attention kernels leave it behind.
///
/// max_prob = exp(max score - lse)
///
/// shape   (batch, head, query) each; an empty view is not written
/// units   attention probability; lse is a natural logarithm: FlashInfer's, of base 2, times log 2
/// errors  a row that sees no key has max_prob 0 and lse -infinity
/// source  (m, d) of FlashInfer's states, AuxRequest(lse, max_scores) of FlexAttention
template <scalar T>
struct row_statistics {
    tensor_view<T, 3> max_prob{};
    tensor_view<T, 3> lse{};
};

namespace detail {

/// Attention of one row over some of its keys: sum_k exp(s_k - top) and the same sum of values, one every `stride` floats.
struct row_part {
    float top = 0.0f;
    float sum = 0.0f;   // 0: the row sees none of these keys
    float const* z = nullptr;
    index_t stride = 1;
};

/// What the parts' sums are multiplied by to become probabilities, and the row's statistics.
struct row_scale {
    float inside = 0.0f;
    float outside = 0.0f;
    float max_prob = 0.0f;
    float lse = minus_infinity();
};

inline row_scale scale_of(row_part const& inside, row_part const& outside) noexcept {
    if (inside.sum == 0.0f && outside.sum == 0.0f) { return {}; }
    float const top = inside.sum > 0.0f && (outside.sum == 0.0f || inside.top > outside.top) ? inside.top : outside.top;
    float const in = inside.sum > 0.0f ? std::exp(inside.top - top) : 0.0f;
    float const out = outside.sum > 0.0f ? std::exp(outside.top - top) : 0.0f;
    float const total = in * inside.sum + out * outside.sum;
    return {.inside = in / total, .outside = out / total, .max_prob = 1.0f / total, .lse = top + std::log(total)};
}

inline void scale_part(row_part const& part, float scale, index_t dim, float* z) noexcept {
    for (index_t i = 0; i < dim; ++i) { z[i] = scale * part.z[i * part.stride]; }
}
inline void add_part(row_part const& part, float scale, index_t dim, float* z) noexcept {
    if (part.sum == 0.0f) { return; }
    for (index_t i = 0; i < dim; ++i) { z[i] += scale * part.z[i * part.stride]; }
}

/// to = a sum of values + b from, in place if they are the same; a factor of 0 does not touch what it would multiply.
inline void affine_row(intervention::affine_weight const edit, double const* sum, float const* from, index_t dim,
                       float* to) noexcept {
    auto const a = static_cast<double>(edit.a);   // a sum of values may be no float where its mean is one
    if (edit.a == 0.0f) {
        for (index_t i = 0; i < dim; ++i) { to[i] = edit.b == 0.0f ? 0.0f : edit.b * from[i]; }
    } else if (edit.b == 0.0f) {
        for (index_t i = 0; i < dim; ++i) { to[i] = static_cast<float>(a * sum[i]); }
    } else {
        for (index_t i = 0; i < dim; ++i) { to[i] = static_cast<float>(a * sum[i]) + edit.b * from[i]; }
    }
}

}   // namespace detail

}   // namespace causalmm::attention
