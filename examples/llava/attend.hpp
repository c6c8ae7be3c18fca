// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <variant>

#include <causalmm/core/site.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/intervention.hpp>
#include <causalmm/selection.hpp>
#include <llava/scratch.hpp>
#include <llava/workers.hpp>

namespace llava {

/// Any one of the library's interventions: its list, as a variant.
using any_intervention = causalmm::intervention::list::apply<std::variant>;

/// What a counterfactual branch does to the attention of one tower, and where.
struct edit {
    any_intervention policy;
    causalmm::selection::region where;
    bool has_seed = false;   // the policy keeps its seed, whatever the run's is
};

/// The first of `layers` layers that an edit can change; below it its branch is the factual one.
inline std::int64_t first_layer(edit const& change, std::int64_t layers) noexcept {
    auto const& chosen = change.where.layers;
    return chosen.size() == 0 ? layers - 1 : std::min(chosen[0].begin, layers - 1);
}

/// Queries, keys and values of one layer of one branch, as the projections left them.
struct attention_heads {
    causalmm::tensor_view<float const, 4> query;   // (1, heads, queries, head_dim)
    causalmm::tensor_view<float const, 4> key;     // (1, kv_heads, keys, head_dim)
    causalmm::tensor_view<float const, 4> value;   // (1, kv_heads, keys, head_dim)
    causalmm::tensor_view<float, 4> z;             // (1, heads, queries, head_dim)
    bool causal = false;   // the last query stands at the last key and no query sees what comes after it
    causalmm::tensor_view<double const, 3> value_sum = {};   // (1, kv_heads, head_dim) of all keys; empty: not kept
};

/// (1, heads, rows, head_dim) view of memory laid out (rows, heads, head_dim).
template <class T>
causalmm::tensor_view<T, 4> split_heads(T* memory, std::int64_t heads, std::int64_t rows, std::int64_t head_dim) {
    return {memory, {1, heads, rows, head_dim}, {rows * heads * head_dim, head_dim, heads * head_dim, 1}};
}

/// What a forward pass is part of, and what it works with.
struct pass {
    edit const* change = nullptr;   // of this branch, in this tower; null: none
    std::uint64_t sample = 0;       // names the sequence to everything random
    std::int64_t step = 0;          // 0 is the prefill, t the pass of the t-th generated token
    workers const& pool;
    scratch& memory;
};

/// z = attention(query, key, value) as `call` edits it: streamed, or with its pattern in memory where memory.materialized asks for
/// that or the edit is one that only a whole pattern can carry.
///
/// errors  bad_data if scores are not finite, which is what a checkpoint with broken weights gives
void attend(attention_heads const& inputs, causalmm::tower tower, std::int64_t layer, std::int64_t first_query,
            pass const& call);

}   // namespace llava
