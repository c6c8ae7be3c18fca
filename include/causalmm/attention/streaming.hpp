// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <span>

#include <causalmm/attention/edit.hpp>
#include <causalmm/attention/inputs.hpp>
#include <causalmm/attention/map_edit.hpp>
#include <causalmm/attention/row_statistics.hpp>
#include <causalmm/attention/stream_block.hpp>
#include <causalmm/attention/stream_drawn.hpp>
#include <causalmm/attention/stream_head.hpp>
#include <causalmm/attention/stream_row.hpp>
#include <causalmm/attention/workspace.hpp>
#include <causalmm/backend/concepts.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/intervention/concepts.hpp>
#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention {

/// What a call of streaming attention writes, and the sum it may use instead of adding up values.
///
/// shape   z and factual (batch, head, query, value dim), statistics (batch, head, query), value_sum (batch, kv head, value dim)
/// units   an empty view is not written or used; z is the edited attention, or the factual where nothing is edited
/// errors  see streaming
/// source  one pass serves both branches where they share queries, keys and values: at the layer where they part
struct streams {
    tensor_view<float, 4> z{};
    tensor_view<float, 4> factual{};
    row_statistics<float> statistics{};
    tensor_view<double const, 3> value_sum{};   // of all keys of the call, see value_sum.hpp
};

/// Whether an edit can do without a pattern; what cannot needs materialized.
///
/// shape   any
/// units   none
/// errors  unsupported: of policies over whole maps all but affine ones, and these if they are confined to some keys
/// source  statistics of a whole map are gathered while its factual rows pass; a shuffle of a whole map has no closed form
template <intervention::intervention_policy Policy>
constexpr status check_streamed(edit<Policy> const& edit) noexcept {
    if (!detail::needs_map(edit.policy)) { return {}; }
    if (!intervention::affine_policy<Policy>) {
        return {errc::unsupported, "streaming: of policies over whole maps only affine ones; use materialized"};
    }
    if (!(edit.where.keys == selection::index_set{})) {
        return {errc::unsupported,
                "streaming: a policy over whole maps cannot be confined to some keys; use materialized"};
    }
    return {};
}

namespace detail {

template <class T, std::size_t Rank>
constexpr bool absent_or(tensor_view<T, Rank> const& view, std::array<index_t, Rank> const& extents) noexcept {
    return view.data == nullptr || view.extents == extents;
}

template <class Inputs>
constexpr status check_streams(Inputs const& in, streams const& out) noexcept {
    if (status s = check_inputs(in, out.z); !s) { return s; }
    std::array<index_t, 3> const rows{in.batches(), in.heads(), in.queries()};
    if (!absent_or(out.factual, out.z.extents) || !absent_or(out.statistics.max_prob, rows) ||
        !absent_or(out.statistics.lse, rows)) {
        return {errc::shape_mismatch, "streaming: factual z or the statistics are not shaped like z"};
    }
    if (!absent_or(out.value_sum, {in.batches(), in.key.extent(1), in.value_dim()})) {
        return {errc::shape_mismatch, "streaming: value_sum is not (batch, kv head, value dim)"};
    }
    if ((out.factual.data != nullptr && out.factual.strides[3] != 1) ||
        (out.value_sum.data != nullptr && out.value_sum.strides[2] != 1)) {
        return {errc::unsupported, "attention: the last axis of every tensor must be contiguous"};
    }
    if (out.factual.overlaps() || out.statistics.max_prob.overlaps() || out.statistics.lse.overlaps()) {
        return {errc::unsupported, "attention: rows of factual z or of the statistics share memory"};
    }
    return {};
}

// Rows of a head that one task runs: enough that starting the sum of values anew costs nothing, few enough to share out.
inline constexpr index_t task_rows = 256;

/// Runs rows [from, to) of a head: blocks, or single rows where most lanes of a block would idle or keys lie apart.
template <class Head>
void run_rows(Head& head, index_t from, index_t to) noexcept {
    for (index_t first = from; first < to; first += block_rows) {
        index_t const count = std::min(block_rows, to - first);
        if (run_drawn(head, first, count)) { continue; }
        if constexpr (!Head::scattered) {
            if (fills_block(count)) {
                run_block(head, first, count);
                continue;
            }
        }
        for (index_t at = first; at < first + count; ++at) { run_row(head, at); }
    }
    head.edit_map(to);
}

}   // namespace detail

/// Attention without an attention matrix: blocks of rows meet tiles of keys, a softmax that goes along, and the edit in closed form.
///
/// affine: z' = a sum_visible V + b z;  score: s' in the place of s;  weight, index, chain: a strip of block rows at a time;
/// drawn: sum of u V without a look at queries and keys, unless factual rows are asked for
///
/// shape   see inputs and streams; any last-axis-contiguous strides, any visibility, grouped queries, f32, f64, f16, bf16
/// units   as materialized; a fully masked row gives z = 0 and lse = -infinity
/// errors  shape_mismatch, unsupported: see inputs, edit and streams, outputs that share memory, and policies over whole maps that are
///         not affine;
///         out_of_capacity: workspace holds less than workspace_bytes(policy, in); non_finite_factual: a visible score is NaN or
///         infinite, or a score policy makes it NaN or +infinity; all other rows are written
/// source  Milakov and Gimelshein arXiv:1805.02867, FlashAttention arXiv:2205.14135; the closed form: sum_k (a + b w) V
template <backend::backend_policy Backend, intervention::intervention_policy Policy, scalar Query, scalar Cache,
          visibility::visibility_policy Visibility>
status streaming(Backend const& backend, edit<Policy> const& edit, inputs<Query, Cache> const& in,
                 Visibility const& visibility, streams const& out, std::span<std::byte> workspace) noexcept {
    if (status s = detail::check_streams(in, out); !s) { return s; }
    if (status s = edit.check(); !s) { return s; }
    if (status s = check_streamed(edit); !s) { return s; }
    status const sight = detail::check_visibility(visibility, edit.where.keys, in.batches(), in.queries(), in.keys());
    if (!sight) { return sight; }
    if (!edit.at.samples.empty() && static_cast<index_t>(edit.at.samples.size()) != in.batches()) {
        return {errc::shape_mismatch, "edit: one sample per batch row is needed"};
    }
    if (in.query.size() == 0 || in.value_dim() == 0) { return {}; }
    detail::stream_slots const slots{workspace, detail::extents_of(edit.policy, in)};
    if (slots.count() == 0) { return {errc::out_of_capacity, "streaming: the workspace is too small"}; }

    bool const whole_map = edit.applies() && intervention::scope_of(edit.policy) == intervention::scope::map;
    index_t const rows = whole_map ? in.queries() : std::min(in.queries(), detail::task_rows);
    index_t const parts = (in.queries() + rows - 1) / rows;
    std::atomic<bool> finite{true};
    slots.for_each_item(
        backend, in.batches() * in.heads() * parts, [&](index_t item, detail::stream_memory const& memory) {
            index_t const from = item % parts * rows;
            detail::stream_head head{
                edit, in, visibility, out, memory, item / parts / in.heads(), item / parts % in.heads()};
            detail::run_rows(head, from, std::min(from + rows, in.queries()));
            if (!head.finite()) { finite.store(false, std::memory_order_relaxed); }
        });
    if (!finite.load()) { return {errc::non_finite_factual, "attention: a row's scores hold NaN or infinity"}; }
    return {};
}

/// The same attention with its pattern as it is.
template <backend::backend_policy Backend, scalar Query, scalar Cache, visibility::visibility_policy Visibility>
status streaming(Backend const& backend, inputs<Query, Cache> const& in, Visibility const& visibility,
                 streams const& out, std::span<std::byte> workspace) noexcept {
    edit<detail::unedited> const nothing{.where = {.layers = selection::index_set::none()}};
    return streaming(backend, nothing, in, visibility, out, workspace);
}

}   // namespace causalmm::attention
