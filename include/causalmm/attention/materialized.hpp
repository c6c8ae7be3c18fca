// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <type_traits>

#include <causalmm/attention/edit.hpp>
#include <causalmm/attention/inputs.hpp>
#include <causalmm/attention/intervene.hpp>
#include <causalmm/attention/map_edit.hpp>
#include <causalmm/attention/stream_row.hpp>
#include <causalmm/backend/concepts.hpp>
#include <causalmm/core/dtype.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention {

namespace detail {

template <scalar A, scalar B>
constexpr float dot(A const* a, B const* b, index_t size) noexcept {
    return causalmm::detail::reduce<16>(
        size, 0.0f, [a, b](index_t i) { return static_cast<float>(a[i]) * static_cast<float>(b[i]); },
        causalmm::detail::sum{});
}

template <class Inputs>
constexpr status check_pattern(Inputs const& in, tensor_view<float, 4> const& pattern) noexcept {
    if (pattern.extents != std::array<index_t, 4>{in.batches(), in.heads(), in.queries(), in.keys()}) {
        return {errc::shape_mismatch, "attention: pattern is not (batch, head, query, key)"};
    }
    if (pattern.strides[3] != 1) {
        return {errc::unsupported, "attention: the last axis of every tensor must be contiguous"};
    }
    return {};
}

/// Scores and softmax of one row; what is not visible becomes 0. Fills `row`, returns its statistics.
template <class Policy, class Inputs, class Map>
row_stats factual_row(Policy const& policy, Inputs const& in, Map const& map, index_t kv_head, index_t query,
                      bool edited) noexcept {
    float* const row = map.pattern.data + query * map.pattern.strides[0];
    index_t const key_count = map.pattern.extent(1);
    constexpr bool scattered = visibility::scattered_visibility<std::remove_cvref_t<decltype(map.visibility)>>;
    auto const runs = map.runs(query);
    float const hidden =
        scattered ? minus_infinity() : 0.0f;   // between its runs, a softmax passes over what is hidden
    for (index_t key = 0; key < key_count; ++key) { row[key] = hidden; }
    auto const q = in.query.slice(map.batch, map.head, query);   // (dim)
    auto const k = in.key.slice(map.batch, kv_head);             // (key, dim)
    for (visibility::key_run const& seen : runs) {
        for (index_t key = seen.begin; key < seen.end; ++key) {
            row[key] = in.scale * dot(q.data, k.data + key * k.strides[0], q.extent(0));
        }
    }
    if constexpr (intervention::score_policy<Policy>) {
        if (edited && map.edits(query)) {
            auto const score = policy.score(map.where(query));
            visible_keys const keys = map.keys(query);
            for (std::size_t i = 0; i < keys.count; ++i) {
                visibility::key_run const& range = keys.ranges[i];
                for (index_t cell = range.begin; cell < range.end; ++cell) {
                    row[cell] = score(cell - range.origin, row[cell]);
                }
            }
        }
    }
    if constexpr (scattered) {
        return softmax(row, key_count);
    } else {
        return runs[0].size() > 0 ? softmax(row + runs[0].begin, runs[0].size()) : row_stats{};
    }
}

/// z(q) = sum_k w(q,k) value_k over visible keys; masked values are never read.
template <class Inputs, class Map>
void weighted_sum(Inputs const& in, Map const& map, index_t kv_head, index_t query,
                  tensor_view<float, 1> const z) noexcept {
    float const* const row = map.pattern.data + query * map.pattern.strides[0];
    auto const v = in.value.slice(map.batch, kv_head);   // (key, value dim)
    std::fill_n(z.data, z.extent(0), 0.0f);
    for (visibility::key_run const& seen : map.runs(query)) {
        add_row_values(row + seen.begin, v, seen.begin, seen.size(), z.data);
    }
}

}   // namespace detail

/// Attention that builds its pattern, so that any intervention can edit it: the oracle of everything faster.
///
/// pattern = edit(softmax(scale query key^T)),  z = pattern value
///
/// shape   pattern (batch, head, query, key) and z (batch, head, query, value dim) are written, last axes contiguous
/// units   pattern in attention probability, 0 where masked; a fully masked row gives z = 0
/// errors  shape_mismatch, unsupported: see check_inputs and intervene; non_finite_factual: a row's scores hold NaN or +inf
/// source  Vaswani et al., arXiv:1706.03762; do(A) of CausalMM arXiv:2410.04780
template <backend::backend_policy Backend, intervention::intervention_policy Policy, scalar Query, scalar Cache,
          visibility::visibility_policy Visibility>
status materialized(Backend const& backend, edit<Policy> const& edit, inputs<Query, Cache> const& in,
                    Visibility const& visibility, tensor_view<float, 4> const pattern,
                    tensor_view<float, 4> const z) noexcept {
    if (status s = detail::check_inputs(in, z); !s) { return s; }
    if (status s = detail::check_pattern(in, pattern); !s) { return s; }
    if (status s = detail::check_edit(edit, pattern, visibility); !s) { return s; }
    if (in.query.size() == 0) { return {}; }

    bool const edited = edit.applies();
    std::atomic<bool> finite{true};
    auto const attend = [&](index_t batch, index_t head, index_t from, index_t to) {
        detail::head_map<float, Visibility> const map{
            pattern.slice(batch, head), visibility, edit.where, edit.at, batch, head};
        bool good = true;
        for (index_t query = from; query < to; ++query) {
            row_stats const stats = detail::factual_row(edit.policy, in, map, in.kv_head(head), query, edited);
            good = good && (stats.visible == 0 || is_finite(stats.lse));
        }
        if constexpr (!intervention::score_policy<Policy>) {
            if (edited) { good = detail::edit_rows(edit.policy, map, from, to) && good; }
        }
        for (index_t query = from; query < to; ++query) {
            detail::weighted_sum(in, map, in.kv_head(head), query, z.slice(batch, head, query));
        }
        if (!good) { finite.store(false, std::memory_order_relaxed); }
    };
    detail::for_each_task(backend, in.batches(), in.heads(), in.queries(), edited && detail::needs_map(edit.policy),
                          attend);
    if (!finite.load()) { return {errc::non_finite_factual, "attention: a row's scores hold NaN or infinity"}; }
    return {};
}

/// The same attention with its pattern as it is.
template <backend::backend_policy Backend, scalar Query, scalar Cache, visibility::visibility_policy Visibility>
status materialized(Backend const& backend, inputs<Query, Cache> const& in, Visibility const& visibility,
                    tensor_view<float, 4> const pattern, tensor_view<float, 4> const z) noexcept {
    edit<detail::unedited> const nothing{.where = {.layers = selection::index_set::none()}};
    return materialized(backend, nothing, in, visibility, pattern, z);
}

}   // namespace causalmm::attention
