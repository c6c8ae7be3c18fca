// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>

#include <causalmm/attention/edit.hpp>
#include <causalmm/attention/head_rows.hpp>
#include <causalmm/attention/inputs.hpp>
#include <causalmm/attention/range_sum.hpp>
#include <causalmm/attention/row_statistics.hpp>
#include <causalmm/backend/concepts.hpp>
#include <causalmm/core/config.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/intervention/concepts.hpp>
#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention {

namespace detail {

/// The closed form of an affine edit, row by row: z' = a sum_visible V + b z.
template <class Policy, class Visibility, scalar Cache>
class affine_rows {
  public:
    /// `kept_sum` is the sum of all values if the caller has it, else null; `memory` holds one value row of doubles.
    affine_rows(edit<Policy> const& change, head_rows<Visibility> const& rows,
                tensor_view<Cache const, 2> const& values, double const* kept_sum, double* memory) noexcept
        : policy_{change.policy}, rows_{rows}, sum_{values, memory}, kept_sum_{kept_sum}, dim_{values.extent(1)} {}

    /// One row, from z over the keys that the edit selects; `z` may be `factual`.
    void edit_row(visible_keys const& keys, row_stats const& stats, float const* factual, float* z) noexcept {
        intervention::affine_weight const weight = policy_.affine(stats);
        bool const kept = kept_sum_ != nullptr && keys.total == rows_.key_count;
        double const* const sum = weight.a == 0.0f ? nullptr : kept ? kept_sum_ : sum_.over(keys);
        affine_row(weight, sum, factual, dim_, z);
    }

    /// All rows by the statistics of the whole map; max_prob(query) is NaN where a row is bad, which then is left as it is.
    template <class MaxProb, class Factual, class Z>
    void edit_map(index_t queries, MaxProb const& max_prob, Factual const& factual, Z const& z) noexcept {
        row_stats all{.mass = 0.0};
        for (index_t query = 0; query < queries; ++query) {
            if (!rows_.edits(query) || !is_finite(max_prob(query))) { continue; }
            index_t const visible = rows_.keys(query).total;
            all.visible += visible;
            all.max_prob = std::max(all.max_prob, max_prob(query));
            all.mass += visible > 0 ? 1.0 : 0.0;
        }
        all.mean = all.visible > 0 ? all.mass / static_cast<double>(all.visible) : 0.0;
        all.mass = 1.0;   // of each row
        for (index_t query = 0; query < queries; ++query) {
            if (!rows_.edits(query) || !is_finite(max_prob(query))) { continue; }
            visible_keys const keys = rows_.keys(query);
            all.visible = keys.total;
            if (keys.total > 0) { edit_row(keys, all, factual(query), z(query)); }
        }
    }

  private:
    Policy const& policy_;
    head_rows<Visibility> const& rows_;
    range_sum<Cache> sum_;
    double const* kept_sum_;
    index_t dim_;
};

}   // namespace detail

/// What an engine's own attention kernel leaves behind, and what it read.
///
/// shape   z (batch, head, query, value dim), statistics (batch, head, query), value (batch, kv head, key, value dim), value_sum
///         (batch, kv head, value dim) of all keys, or empty; last axes contiguous
/// units   z and max_prob as of a softmax over the visible keys; lse is for policies that ask for it and may be empty
/// errors  see epilogue
/// source  any flash attention that returns its row maximum, or max_prob = exp(max score - lse)
template <scalar Cache>
struct kernel_outputs {
    tensor_view<float const, 4> z;
    row_statistics<float const> statistics;
    tensor_view<Cache const, 4> value;
    tensor_view<double const, 3> value_sum{};
};

namespace detail {

template <class Outputs>
constexpr status check_outputs(Outputs const& from, tensor_view<float, 4> const& z) noexcept {
    auto const& [batches, heads, queries, dim] = from.z.extents;
    std::array<index_t, 3> const rows{batches, heads, queries};
    index_t const kv_heads = from.value.extent(1);
    if (!from.z.valid() || !from.value.valid() || !z.valid() || z.extents != from.z.extents ||
        from.value.extent(0) != batches || from.value.extent(3) != dim || from.statistics.max_prob.extents != rows ||
        (from.statistics.lse.data != nullptr && from.statistics.lse.extents != rows)) {
        return {errc::shape_mismatch, "epilogue: z, statistics and values do not fit each other"};
    }
    if (heads > 0 && (kv_heads <= 0 || heads % kv_heads != 0)) {
        return {errc::shape_mismatch, "epilogue: query heads are not a multiple of kv heads"};
    }
    if (from.value_sum.data != nullptr && from.value_sum.extents != std::array<index_t, 3>{batches, kv_heads, dim}) {
        return {errc::shape_mismatch, "epilogue: value_sum is not (batch, kv head, value dim)"};
    }
    if (z.strides[3] != 1 || from.z.strides[3] != 1 || from.value.strides[3] != 1 ||
        (from.value_sum.data != nullptr && from.value_sum.strides[2] != 1)) {
        return {errc::unsupported, "epilogue: the last axis of every tensor must be contiguous"};
    }
    if (z.overlaps()) { return {errc::unsupported, "epilogue: rows of z share memory"}; }
    return {};
}

// Value dimensions whose sums stand on the stack: no workspace is needed, whatever the head's width.
inline constexpr index_t epilogue_dims = 64;

/// One head, the dimensions from `first` on. False if a row's statistics are not finite.
template <class Policy, class Outputs, class Visibility>
bool edit_head(edit<Policy> const& change, Outputs const& from, Visibility const& visibility,
               tensor_view<float, 4> const& z, index_t batch, index_t head, index_t first) noexcept {
    index_t const queries = z.extent(2), dims = std::min(epilogue_dims, z.extent(3) - first);
    index_t const kv_head = head / (z.extent(1) / from.value.extent(1));
    head_rows<Visibility> const rows{visibility, change.where, change.at, batch, head, from.value.extent(2)};
    auto values = from.value.slice(batch, kv_head);       // (key, value dim)
    if (values.extent(0) > 0) { values.data += first; }   // without keys there may be no memory
    values.extents[1] = dims;
    double const* const kept = from.value_sum.data == nullptr ? nullptr : &from.value_sum(batch, kv_head, first);
    double memory[static_cast<std::size_t>(epilogue_dims)];
    affine_rows closed{change, rows, values, kept, memory};
    auto const factual = [&](index_t query) { return &from.z(batch, head, query, first); };
    auto const edited = [&](index_t query) { return &z(batch, head, query, first); };
    auto const max_prob = [&](index_t query) { return from.statistics.max_prob(batch, head, query); };
    bool const over_map = intervention::scope_of(change.policy) == intervention::scope::map;
    bool finite = true;
    for (index_t query = 0; query < queries; ++query) {
        finite = finite && is_finite(max_prob(query));
        CAUSALMM_ASSERT(causalmm::detail::same_or_apart(factual(query), edited(query), dims));
        if (edited(query) != factual(query)) { std::copy_n(factual(query), dims, edited(query)); }
        visible_keys const keys = rows.keys(query);
        if (over_map || !rows.edits(query) || keys.total == 0 || !is_finite(max_prob(query))) { continue; }
        auto const& lse = from.statistics.lse;
        closed.edit_row(keys,
                        {.visible = keys.total,
                         .max_prob = max_prob(query),
                         .lse = lse.data == nullptr ? minus_infinity() : lse(batch, head, query),
                         .mass = 1.0,
                         .mean = 1.0 / static_cast<double>(keys.total)},
                        factual(query), edited(query));
    }
    if (over_map) { closed.edit_map(queries, max_prob, edited, edited); }
    return finite;
}

}   // namespace detail

/// The counterfactual branch's attention behind an engine's own kernel, for affine policies: no attention matrix, no second softmax.
///
/// z' = a sum_visible V + b z
///
/// shape   see kernel_outputs; z may be the kernel's z itself, but not overlap it otherwise; any visibility
/// units   as materialized gives them
/// errors  shape_mismatch, unsupported: see kernel_outputs, a z whose rows share memory, and a selection of keys, whose part of z no
///         kernel returns; those of
///         the edit and the visibility; non_finite_factual: a row's max_prob is not finite, its z is left as it is
/// source  linearity of sum_k (a + b w) V; O(value dim) a causal row beyond the one before it
template <backend::backend_policy Backend, intervention::affine_policy Policy, scalar Cache,
          visibility::visibility_policy Visibility>
status epilogue(Backend const& backend, edit<Policy> const& edit, kernel_outputs<Cache> const& from,
                Visibility const& visibility, tensor_view<float, 4> const z) noexcept {
    if (status s = detail::check_outputs(from, z); !s) { return s; }
    if (status s = edit.check(); !s) { return s; }
    status const sight =
        detail::check_visibility(visibility, edit.where.keys, z.extent(0), z.extent(2), from.value.extent(2));
    if (!sight) { return sight; }
    if (!edit.at.samples.empty() && static_cast<index_t>(edit.at.samples.size()) != z.extent(0)) {
        return {errc::shape_mismatch, "edit: one sample per batch row is needed"};
    }
    if (!(edit.where.keys == selection::index_set{})) {
        return {errc::unsupported, "epilogue: an edit of some keys needs their part of z; use streaming"};
    }
    if (z.size() == 0) { return {}; }
    attention::edit<Policy> change = edit;
    if (!edit.applies()) { change.where.queries = selection::index_set::none(); }
    index_t const heads = z.extent(1), pieces = (z.extent(3) + detail::epilogue_dims - 1) / detail::epilogue_dims;
    std::atomic<bool> finite{true};
    backend.for_each_index(z.extent(0) * heads * pieces, [&](index_t at) {
        index_t const piece = at % pieces, head = at / pieces % heads, batch = at / pieces / heads;
        if (!detail::edit_head(change, from, visibility, z, batch, head, piece * detail::epilogue_dims)) {
            finite.store(false, std::memory_order_relaxed);
        }
    });
    if (!finite.load()) { return {errc::non_finite_factual, "epilogue: a row's max_prob is not finite"}; }
    return {};
}

}   // namespace causalmm::attention
