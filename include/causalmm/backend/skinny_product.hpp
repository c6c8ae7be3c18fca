// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>

#include <causalmm/backend/concepts.hpp>
#include <causalmm/core/config.hpp>
#include <causalmm/core/dtype.hpp>
#include <causalmm/core/lanes.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace causalmm::inline CAUSALMM_ABI::backend {

/// Rows of x that share one reading of the weights.
///
/// shape   every branch of a few sequences in one decoding step
/// units   rows
/// errors  none
/// source  a library's matrix product costs 3 to 6 times its matrix-vector product at two rows
inline constexpr index_t skinny_rows = 8;

namespace detail {

// How far ahead of the product weights are asked for: into the second-level cache, as the first is full of x and as hardware
// looks no further than the end of a page. Nearer, or into the first level, is slower by up to a third.
inline constexpr index_t prefetch_bytes = 2048;

/// `Rows` rows of x times `Outputs` weight rows: Rows * Outputs independent sums hide the latency of the additions.
template <std::size_t Rows, std::size_t Outputs, scalar Weight>
inline void product_block(Weight const* weights, index_t inputs, index_t weight_stride,
                          tensor_view<float const, 2> const& x, float* y, index_t y_stride) noexcept {
    constexpr index_t ahead = prefetch_bytes / index_t{sizeof(Weight)};
    constexpr index_t line = 64 / index_t{sizeof(Weight)} > lane_count ? 64 / index_t{sizeof(Weight)} : lane_count;
    lanes sums[Rows][Outputs] = {};
    auto const add = [&](index_t column, auto... count) {   // a register, or the `count` columns that are left
        lanes values[Rows];
        for (std::size_t row = 0; row < Rows; ++row) {
            values[row] = load_lanes(x.data + static_cast<index_t>(row) * x.strides[0] + column, count...);
        }
        for (std::size_t out = 0; out < Outputs; ++out) {
            lanes const w = load_lanes(weights + static_cast<index_t>(out) * weight_stride + column, count...);
            for (std::size_t row = 0; row < Rows; ++row) { sums[row][out] += values[row] * w; }
        }
    };
    index_t column = 0;
    // One register at a time: -ffast-math would add up two before either meets its sum, for some numbers of rows and not for others.
    for (; column + lane_count <= inputs; column += lane_count) {
        if (line == lane_count || column % line == 0) {
            // Behind the end of a row the next block's begins; what lies behind the last is asked for in vain. Not a function by
            // itself: g++ would say that it does nothing.
            index_t soon = column + ahead;
            if (soon >= inputs) { soon += index_t{Outputs} * weight_stride - inputs; }
            for (std::size_t out = 0; out < Outputs; ++out) {
                __builtin_prefetch(weights + static_cast<index_t>(out) * weight_stride + soon, 0, 2);
            }
        }
        add(column);
    }
    if (column < inputs) { add(column, inputs - column); }
    for (std::size_t row = 0; row < Rows; ++row) {
        for (std::size_t out = 0; out < Outputs; ++out) {
            y[static_cast<index_t>(row) * y_stride + static_cast<index_t>(out)] = sum_lanes(sums[row][out]);
        }
    }
}

/// Weight rows read side by side: as many streams as hide the latency of memory, while their sums with `rows` rows stay in registers,
/// 32 with AVX-512 and 16 without.
constexpr std::size_t streams_of(std::size_t rows) noexcept {
    if (lane_bytes == 64) { return rows <= 3 ? 8 : rows == 4 ? 6 : rows <= 6 ? 4 : 2; }
    return rows <= 2 ? 4 : 2;
}

/// Outputs [first, last) of `Rows` rows.
template <std::size_t Rows, scalar Weight>
void product_rows(tensor_view<Weight const, 2> const& weights, tensor_view<float const, 2> const& x,
                  tensor_view<float, 2> const& y, index_t first, index_t last) noexcept {
    constexpr std::size_t outputs = streams_of(Rows);
    auto const block = [&]<std::size_t Outputs>(index_t output) {
        product_block<Rows, Outputs>(weights.data + output * weights.strides[0], weights.extent(1), weights.strides[0],
                                     x, y.data + output, y.strides[0]);
    };
    index_t output = first;
    for (; output + index_t{outputs} <= last; output += index_t{outputs}) {
        block.template operator()<outputs>(output);
    }
    for (; output < last; ++output) { block.template operator()<1>(output); }
}

/// product_rows<Rows> for as many rows as x has.
template <std::size_t... Fewer, class... Arguments>
void product_any(std::index_sequence<Fewer...>, index_t rows, Arguments const&... arguments) noexcept {
    (void)((rows == index_t{Fewer + 1} ? (product_rows<Fewer + 1>(arguments...), true) : false) || ...);
}

// Outputs of one task: 64 rows of 4,096 bf16 weights are half a megabyte.
inline constexpr index_t product_task = 64;

}   // namespace detail

/// y = x W^T for a few rows of x: the weights are read once, whatever the number of rows, and widened in registers.
///
/// y(r,o) = sum_i x(r,i) W(o,i)
///
/// shape   weights (output, input), x (row, input), y (row, output), at most skinny_rows rows; last axes contiguous, any alignment
/// units   sums in float
/// errors  shape_mismatch: extents do not fit each other or their memory; unsupported: more rows, or a last axis is not contiguous
/// source  floor: the bytes of the weights; two to eight rows cost what one costs while memory is the limit
template <backend_policy Backend, scalar Weight>
status skinny_product(Backend const& backend, tensor_view<Weight const, 2> const weights,
                      tensor_view<float const, 2> const x, tensor_view<float, 2> const y) noexcept {
    index_t const rows = x.extent(0), outputs = weights.extent(0);
    if (!weights.valid() || !x.valid() || !y.valid() || x.extent(1) != weights.extent(1) || y.extent(0) != rows ||
        y.extent(1) != outputs) {
        return {errc::shape_mismatch, "skinny_product: weights, x and y do not fit each other"};
    }
    if (rows > skinny_rows) { return {errc::unsupported, "skinny_product: more than eight rows"}; }
    if (rows == 0 || outputs == 0) { return {}; }
    if (weights.strides[1] != 1 || x.strides[1] != 1 || y.strides[1] != 1) {
        return {errc::unsupported, "skinny_product: the last axis of every matrix must be contiguous"};
    }
    backend.for_each_index((outputs + detail::product_task - 1) / detail::product_task, [&](index_t task) {
        index_t const first = task * detail::product_task;
        index_t const last = first + detail::product_task < outputs ? first + detail::product_task : outputs;
        detail::product_any(std::make_index_sequence<std::size_t{skinny_rows}>{}, rows, weights, x, y, first, last);
    });
    return {};
}

}   // namespace causalmm::backend
