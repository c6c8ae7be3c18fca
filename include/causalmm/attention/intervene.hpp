// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <causalmm/attention/edit.hpp>
#include <causalmm/attention/inputs.hpp>
#include <causalmm/attention/map_edit.hpp>
#include <causalmm/backend/concepts.hpp>
#include <causalmm/core/tensor_traits.hpp>
#include <causalmm/intervention/concepts.hpp>
#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention {

namespace detail {

/// Everything an edit of a pattern can be refused for, before the first weight is touched.
template <class Policy, scalar T, visibility::visibility_policy Visibility>
constexpr status check_edit(edit<Policy> const& edit, tensor_view<T, 4> const& pattern,
                            Visibility const& visibility) noexcept {
    if (status s = edit.check(); !s) { return s; }
    if (!pattern.valid()) { return {errc::shape_mismatch, "edit: the pattern's extents do not fit its memory"}; }
    if (pattern.size() == 0) { return {}; }
    index_t const batches = pattern.extent(0);
    status const sight = check_visibility(visibility, edit.where.keys, batches, pattern.extent(2), pattern.extent(3));
    if (!sight) { return sight; }
    if (!edit.at.samples.empty() && static_cast<index_t>(edit.at.samples.size()) != batches) {
        return {errc::shape_mismatch, "edit: one sample per batch row is needed"};
    }
    if (pattern.overlaps()) { return {errc::unsupported, "edit: entries of the pattern share memory"}; }
    if (!permutes_map(edit.policy) || !edit.applies()) { return {}; }
    for (index_t batch = 0; batch < batches; ++batch) {
        head_map<T, Visibility> const map{pattern.slice(batch, 0), visibility, edit.where, edit.at, batch, 0};
        visible_keys const keys = map.keys(0);
        for (index_t query = 0; query < map.queries(); ++query) {
            if (!(map.keys(query) == keys) || !edit.where.queries.contains(map.where(query).query)) {
                return {errc::unsupported, "shuffled: a whole map is permuted only if all its rows see the same keys"};
            }
        }
        if (keys.total > 0 && map.queries() > std::numeric_limits<std::uint32_t>::max() / keys.total) {
            return {errc::unsupported, "shuffled: a map of more than 2^32 visible entries"};
        }
    }
    return {};
}

template <backend::backend_policy Backend, class Policy, scalar T, visibility::visibility_policy Visibility>
status edit_pattern(Backend const& backend, edit<Policy> const& edit, tensor_view<T, 4> const& maps,
                    Visibility const& visibility) noexcept {
    if (status s = check_edit(edit, maps, visibility); !s) { return s; }
    if (maps.size() == 0 || !edit.applies()) { return {}; }

    std::atomic<bool> finite{true};
    auto const edit_part = [&](index_t batch, index_t head, index_t from, index_t to) {
        head_map<T, Visibility> const map{maps.slice(batch, head), visibility, edit.where, edit.at, batch, head};
        if (!edit_rows(edit.policy, map, from, to)) { finite.store(false, std::memory_order_relaxed); }
    };
    auto const& [batches, heads, queries, keys] = maps.extents;
    for_each_task(backend, batches, heads, queries, needs_map(edit.policy), edit_part, rows_at_once);
    if (!finite.load()) { return {errc::non_finite_factual, "intervene: a row holds NaN or infinity"}; }
    return {};
}

}   // namespace detail

/// Applies an intervention to attention patterns, in place.
///
/// pattern(b, h, q, k) becomes the policy's w' on selected, visible keys; every other entry keeps its bits
///
/// shape   (batch, head, query, key), any strides that keep entries apart; missing leading axes have extent 1
/// units   attention probability
/// errors  those of the policy, the region and the visibility; shape_mismatch: samples do not fit the batch; unsupported:
///         entries share memory, see also shuffled; non_finite_factual: a row holds NaN or infinity, which is left as it is while
///         all others are edited
/// source  prob_mod of ONNX's FlexAttention
template <backend::backend_policy Backend, intervention::intervention_policy Policy, adaptable Pattern,
          visibility::visibility_policy Visibility>
status intervene(Backend const& backend, edit<Policy> const& edit, Pattern&& pattern,
                 Visibility const& visibility) noexcept {
    auto const maps = with_leading_axes<4>(causalmm::view(pattern));   // (batch, head, query, key)
    constexpr bool writable = !std::is_const_v<typename decltype(maps)::element_type>;
    static_assert(!intervention::score_policy<Policy>,
                  "intervene: a score policy acts before the softmax; use attention::materialized");
    static_assert(writable, "intervene: the pattern is read-only, and it is edited in place");
    // Not instantiated where one of the messages above is the answer: it would drown in what follows from the mistake.
    if constexpr (writable && !intervention::score_policy<Policy>) {
        return detail::edit_pattern(backend, edit, maps, visibility);
    } else {
        return {};
    }
}

}   // namespace causalmm::attention
