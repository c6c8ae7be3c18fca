// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>

#include <causalmm/core/finite.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/released/maximum.hpp>
#include <causalmm/released/shape.hpp>
#include <causalmm/released/sum.hpp>

namespace causalmm::inline CAUSALMM_ABI::released {

namespace detail {

/// x * 1 for a key that is seen, x * 0 for one that is not. By bits, because x * 0 is the constant 0 under -ffast-math:
/// NaN and infinity become NaN, everything else becomes a zero of its own sign.
constexpr float masked(float x, bool seen) noexcept {
    if (seen || is_nan(x)) { return x; }
    auto const bits = std::bit_cast<std::uint32_t>(x);
    return std::bit_cast<float>(is_finite(x) ? bits & 0x80000000u : 0x7fc00000u);
}

/// Calls row(batch, head, query, last) for every row; `last` is the last key that the query sees. The published mask is
/// as large as there are queries: a single one broadcasts and hides nothing, as in a step of decoding.
template <class Row>
constexpr void for_each_row(tensor_view<float, 4> const& maps, Row const& row) noexcept {
    for (index_t b = 0; b < maps.extent(0); ++b) {
        for (index_t h = 0; h < maps.extent(1); ++h) {
            for (index_t q = 0; q < maps.extent(2); ++q) { row(b, h, q, maps.extent(2) == 1 ? maps.extent(3) - 1 : q); }
        }
    }
}

constexpr status check_language(tensor_view<float const, 4> const& source,
                                tensor_view<float, 4> const& target) noexcept {
    if (status s = check_shape(source, target); !s) { return s; }
    if (source.extent(2) != source.extent(3) && source.extent(2) != 1) {
        return {errc::shape_mismatch, "released: a language map is square, or a single query row"};
    }
    return {};
}

}   // namespace detail

/// The published causal mask.
///
/// mask(q,k) = 1 if k > q, else 0
///
/// shape   (batch, head, query, key); it comes out square from the number of queries, so query = key
/// units   1 hides, 0 shows
/// errors  shape_mismatch: not square, or a dimension is 0
/// source  CausalMM README, create_attention_mask; padding and sliding windows are unknown to it
constexpr status create_attention_mask(tensor_view<float, 4> const& mask) noexcept {
    if (status s = check_shape<4>(mask, mask); !s) { return s; }
    if (mask.extent(2) != mask.extent(3)) {
        return {errc::shape_mismatch, "create_attention_mask: the mask is square"};
    }
    detail::for_each_row(mask, [&](index_t b, index_t h, index_t q, index_t last) {
        for (index_t k = 0; k < mask.extent(3); ++k) { mask(b, h, q, k) = k > last ? 1.0f : 0.0f; }
    });
    return {};
}

/// Counterfactual attention that turns the weakest weights into the strongest.
///
/// w'(q,k) = (max_k w(q,:) - w(q,k)) * (k <= q)
///
/// shape   (batch, head, query, key), query = key, or query = 1 with nothing masked; `edited` may be `attention` itself
/// units   attention probability in; the row sums to visible * max - 1, and padded keys get the largest weight
/// errors  shape_mismatch: shapes differ, not square, or a dimension is 0; a NaN or infinity makes NaN
///         behind the query too
/// source  CausalMM README, reverse_attention
constexpr status reverse_attention(tensor_view<float const, 4> const& attention,
                                   tensor_view<float, 4> const& edited) noexcept {
    if (status s = detail::check_language(attention, edited); !s) { return s; }
    detail::for_each_row(edited, [&](index_t b, index_t h, index_t q, index_t last) {
        auto const row = attention.slice(b, h, q);   // (key)
        float const largest = maximum(row);
        for (index_t k = 0; k < row.extent(0); ++k) {
            edited(b, h, q, k) = detail::masked(largest - row(k), k <= last);
        }
    });
    return {};
}

/// Rows divided by their sum over all keys, and masked only then: the defect the library's own policies do not have.
///
/// w'(q,k) = w(q,k) / sum_k w(q,:) * (k <= q)
///
/// shape   (batch, head, query, key), query = key, or query = 1 with nothing masked; `edited` may be `attention` itself
/// units   rows whose hidden keys hold weight sum to less than 1
/// errors  shape_mismatch: shapes differ, not square, or a dimension is 0; a row that sums to 0 becomes NaN,
///         hidden keys too
/// source  CausalMM README, normalize_attention
constexpr status normalize_attention(tensor_view<float const, 4> const& attention,
                                     tensor_view<float, 4> const& edited) noexcept {
    if (status s = detail::check_language(attention, edited); !s) { return s; }
    detail::for_each_row(edited, [&](index_t b, index_t h, index_t q, index_t last) {
        auto const row = attention.slice(b, h, q);   // (key)
        float const total = sum(row);
        for (index_t k = 0; k < row.extent(0); ++k) { edited(b, h, q, k) = detail::masked(row(k) / total, k <= last); }
    });
    return {};
}

/// Reversed attention, then normalized.
///
/// w'(q,k) = r(q,k) / sum_k r(q,:) * (k <= q),  r = reverse_attention(w)
///
/// shape   (batch, head, query, key), query = key, or query = 1 with nothing masked; `edited` may be `attention` itself
/// units   rows sum to 1, but the first row of a causal map, and every flat row, is 0 / 0 = NaN
/// errors  shape_mismatch: shapes differ, not square, or a dimension is 0
/// source  CausalMM README, reverse_and_normalize_attention
constexpr status reverse_and_normalize_attention(tensor_view<float const, 4> const& attention,
                                                 tensor_view<float, 4> const& edited) noexcept {
    if (status s = reverse_attention(attention, edited); !s) { return s; }
    return normalize_attention(edited, edited);
}

/// Counterfactual attention drawn at random, from numbers drawn before the call.
///
/// w'(q,k) = u(q,k) / sum_k u(q,:) * (k <= q)
///
/// shape   (batch, head, query, key), query = key, or query = 1 with nothing masked; `edited` may be `drawn` itself
/// units   drawn: uniform in [0, 1), one for every entry; row q sums to (q + 1) / keys on average
/// errors  shape_mismatch: shapes differ, not square, or a dimension is 0
/// source  CausalMM README, random_attention; `drawn` is what its torch.rand_like returned
constexpr status random_attention(tensor_view<float const, 4> const& drawn,
                                  tensor_view<float, 4> const& edited) noexcept {
    return normalize_attention(drawn, edited);   // the second masking of the published code changes no bit
}

/// Counterfactual attention without preference, shared among all keys, and masked only then.
///
/// w'(q,k) = (1 / keys) * (k <= q)
///
/// shape   (batch, head, query, key), query = key, or query = 1 with nothing masked
/// units   row q sums to (q + 1) / keys, in a step of decoding to 1
/// errors  shape_mismatch: not square, or a dimension is 0
/// source  CausalMM README, uniform_attention; of the attention it uses the shape only
constexpr status uniform_attention(tensor_view<float, 4> const& edited) noexcept {
    if (status s = detail::check_language(edited, edited); !s) { return s; }
    float const share = 1.0f / static_cast<float>(edited.extent(3));
    detail::for_each_row(edited, [&](index_t b, index_t h, index_t q, index_t last) {
        for (index_t k = 0; k < edited.extent(3); ++k) { edited(b, h, q, k) = detail::masked(share, k <= last); }
    });
    return {};
}

}   // namespace causalmm::released
