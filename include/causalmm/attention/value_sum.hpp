// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/attention/range_sum.hpp>
#include <causalmm/backend/concepts.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention {

/// Adds new values to the sum of all values that a cache keeps, so that a decoding step need not add them up again.
///
/// sum(b,h) += sum_k value(b,h,k)
///
/// shape   value (batch, kv head, new key, value dim), sum (batch, kv head, value dim), last axes contiguous
/// units   those of the values; in double, so that a long answer's sum is as good as its first token's
/// errors  shape_mismatch: the extents do not fit each other or their memory; unsupported: a last axis is not contiguous
/// source  z' = a sum + b z; O(value dim) a head and step
template <backend::backend_policy Backend, scalar T>
status value_sum(Backend const& backend, tensor_view<T const, 4> const value,
                 tensor_view<double, 3> const sum) noexcept {
    auto const& [batches, heads, keys, dim] = value.extents;
    if (!value.valid() || sum.extents != std::array<index_t, 3>{batches, heads, dim}) {
        return {errc::shape_mismatch, "value_sum: sum is not (batch, kv head, value dim)"};
    }
    if (value.size() == 0) { return {}; }
    if (value.strides[3] != 1 || sum.strides[2] != 1) {
        return {errc::unsupported, "value_sum: the last axis of every tensor must be contiguous"};
    }
    backend.for_each_index(batches * heads, [&](index_t at) {
        auto const rows = value.slice(at / value.extent(1), at % value.extent(1));   // (new key, value dim)
        double* const to = sum.slice(at / value.extent(1), at % value.extent(1)).data;
        for (index_t key = 0; key < rows.extent(0); ++key) {
            detail::add_row(rows.data + key * rows.strides[0], rows.extent(1), 1.0, to);
        }
    });
    return {};
}

}   // namespace causalmm::attention
