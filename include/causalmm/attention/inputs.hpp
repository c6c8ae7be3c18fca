// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include <causalmm/core/dtype.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention {

/// Queries, keys and values of one attention call.
///
/// s(q,k) = scale <query_q, key_k>
///
/// shape   query (batch, head, query, dim), key (batch, kv head, key, dim), value (batch, kv head, key, value dim);
///         query head h reads kv head h / (heads / kv heads)
/// units   scale is usually 1 / sqrt(dim)
/// errors  see materialized and streaming
/// source  grouped-query attention, arXiv:2305.13245
template <scalar Query, scalar Cache = Query>
struct inputs {
    using query_type = Query;
    using cache_type = Cache;

    tensor_view<Query const, 4> query;
    tensor_view<Cache const, 4> key;
    tensor_view<Cache const, 4> value;
    float scale = 1.0f;

    constexpr index_t batches() const noexcept { return query.extent(0); }
    constexpr index_t heads() const noexcept { return query.extent(1); }
    constexpr index_t queries() const noexcept { return query.extent(2); }
    constexpr index_t dim() const noexcept { return query.extent(3); }
    constexpr index_t keys() const noexcept { return key.extent(2); }
    constexpr index_t value_dim() const noexcept { return value.extent(3); }
    constexpr index_t kv_head(index_t head) const noexcept { return head / (heads() / key.extent(1)); }
};

namespace detail {

/// What queries, keys, values and the result can be refused for.
template <class Inputs>
constexpr status check_inputs(Inputs const& in, tensor_view<float, 4> const& z) noexcept {
    auto const& [batches, heads, queries, dim] = in.query.extents;
    auto const& [key_batches, kv_heads, keys, key_dim] = in.key.extents;
    auto const& [value_batches, value_heads, values, value_dim] = in.value.extents;
    if (!in.query.valid() || !in.key.valid() || !in.value.valid() || !z.valid()) {
        return {errc::shape_mismatch, "attention: a view's extents do not fit its memory"};
    }
    if (key_batches != batches || value_batches != batches || value_heads != kv_heads || values != keys ||
        key_dim != dim) {
        return {errc::shape_mismatch, "attention: query, key and value do not fit each other"};
    }
    if (heads > 0 && (kv_heads <= 0 || heads % kv_heads != 0)) {
        return {errc::shape_mismatch, "attention: query heads are not a multiple of kv heads"};
    }
    if (z.extents != std::array<index_t, 4>{batches, heads, queries, value_dim}) {
        return {errc::shape_mismatch, "attention: z is not (batch, head, query, value dim)"};
    }
    if (in.query.strides[3] != 1 || in.key.strides[3] != 1 || in.value.strides[3] != 1 || z.strides[3] != 1) {
        return {errc::unsupported, "attention: the last axis of every tensor must be contiguous"};
    }
    if (z.overlaps()) { return {errc::unsupported, "attention: rows of z share memory"}; }
    return {};
}

}   // namespace detail

}   // namespace causalmm::attention
