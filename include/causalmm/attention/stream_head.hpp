// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <tuple>

#include <causalmm/attention/edit.hpp>
#include <causalmm/attention/epilogue.hpp>
#include <causalmm/attention/head_rows.hpp>
#include <causalmm/attention/row_edit.hpp>
#include <causalmm/attention/row_statistics.hpp>
#include <causalmm/attention/workspace.hpp>
#include <causalmm/core/config.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/intervention/concepts.hpp>
#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention::detail {

constexpr float quiet_nan() noexcept { return std::bit_cast<float>(std::uint32_t{0x7fc00000}); }

/// Finishes the rows of one head: from sums to z, to the closed form of an affine edit, and to the statistics.
template <class Policy, class Visibility, scalar Cache>
class row_writer {
  public:
    row_writer(edit<Policy> const& change, head_rows<Visibility> const& rows, tensor_view<Cache const, 2> const& values,
               double const* kept_sum, double* sum_memory, float* maxima) noexcept
        : rows_{rows},
          closed_{change, rows, values, kept_sum, sum_memory},
          maxima_{maxima},
          dim_{values.extent(1)},
          over_map_{intervention::scope_of(change.policy) == intervention::scope::map} {}

    /// z (value dim) of one row whose attention lies in two parts, and factual z if it is wanted, which may be z itself.
    /// Where a policy takes statistics of the whole map, z stays factual until edit_map.
    row_scale finish(index_t query, row_part const& inside, row_part const& outside, bool edited, float* factual,
                     float* z) noexcept {
        row_scale const scale = scale_of(inside, outside);
        scale_part(inside, scale.inside, dim_, factual);
        if (over_map_) { maxima_[query] = scale.inside; }
        if (!edited || over_map_ || !edit_row(query, inside, scale, factual, z)) {
            if (z != factual) { std::copy_n(factual, dim_, z); }
        }
        add_part(outside, scale.outside, dim_, z);
        if (z != factual) { add_part(outside, scale.outside, dim_, factual); }
        return scale;
    }
    /// The second pass of a policy over the whole map: row by row from factual z, which z may be itself.
    template <class Factual, class Z>
    void edit_map(index_t queries, Factual const& factual, Z const& z) noexcept {
        closed_.edit_map(
            queries, [this](index_t query) { return maxima_[query]; }, factual, z);
    }
    /// Marks a row whose scores hold NaN or infinity: it has no z and takes no part in a map's statistics.
    void spoil(index_t query, float* z) noexcept {
        std::fill_n(z, dim_, quiet_nan());
        if (over_map_) { maxima_[query] = quiet_nan(); }
    }

  private:
    /// False if the row has no key to edit.
    bool edit_row(index_t query, row_part const& inside, row_scale const& scale, float const* factual,
                  float* z) noexcept {
        if constexpr (intervention::affine_policy<Policy>) {
            visible_keys const keys = rows_.keys(query);
            if (keys.total == 0) { return false; }
            double const mass = static_cast<double>(scale.inside) * static_cast<double>(inside.sum);
            closed_.edit_row(keys,
                             {.visible = keys.total,
                              .max_prob = scale.inside,
                              .lse = scale.lse,
                              .mass = mass,
                              .mean = mass / static_cast<double>(keys.total)},
                             factual, z);
            return true;
        }
        return false;
    }

    head_rows<Visibility> const& rows_;
    affine_rows<Policy, Visibility, Cache> closed_;
    float* maxima_;   // (query): of the rows so far, if the policy takes statistics of the whole map
    index_t dim_;
    bool over_map_;
};

/// Applies a policy to one row of weights, one edit of a chain after the other. False if the row holds NaN or infinity.
template <class Policy, class Row>
bool edit_weights(Policy const& policy, Row row, visible_keys const& keys, site const& where) noexcept {
    if constexpr (intervention::chained_policy<Policy>) {
        bool finite = true;
        std::apply([&](auto const&... each) { ((finite = edit_weights(each, row, keys, where) && finite), ...); },
                   policy.policies);
        return finite;
    } else {
        return edit_row(policy, row, keys, measure(row, keys), where);
    }
}

/// One head of a streaming call: what its rows read, how they are edited, and where they are written.
template <class Policy, class Inputs, class Visibility, class Streams>
class stream_head {
  public:
    static constexpr bool edits_scores = intervention::score_policy<Policy>;
    static constexpr bool scattered = visibility::scattered_visibility<Visibility>;   // runs row by row
    using policy_type = Policy;
    using cache_type = typename Inputs::cache_type;

    stream_head(edit<Policy> const& change, Inputs const& in, Visibility const& visibility, Streams const& out,
                stream_memory const& task_memory, index_t batch, index_t head) noexcept
        : rows{visibility, change.where, change.at, batch, head, in.keys()},
          cells{split_keys(rows)},
          query{in.query.slice(batch, head)},
          key{in.key.slice(batch, in.kv_head(head))},
          value{in.value.slice(batch, in.kv_head(head))},
          scale{in.scale},
          memory{task_memory},
          applies{change.applies()},
          change_{change},
          out_{out},
          writer_{change, rows, value, kept_sum(out, batch, in.kv_head(head)), memory.sum, memory.maxima} {}
    stream_head(stream_head const&) = delete;   // the writer refers to the rows
    stream_head& operator=(stream_head const&) = delete;

    head_rows<Visibility> rows;
    split_cells cells;
    tensor_view<typename Inputs::query_type const, 2> query;   // (query, dim)
    tensor_view<cache_type const, 2> key;                      // (key, dim)
    tensor_view<cache_type const, 2> value;                    // (key, value dim)
    float scale;
    stream_memory const& memory;
    bool applies;   // whether the call's layer is edited at all

    index_t value_dim() const noexcept { return value.extent(1); }
    bool finite() const noexcept { return finite_; }
    bool wants_factual() const noexcept { return out_.factual.data != nullptr; }
    /// Whether anything of the factual rows is asked for beside what the edit makes of them.
    bool wants_factual_pass() const noexcept {
        return wants_factual() || out_.statistics.max_prob.data != nullptr || out_.statistics.lse.data != nullptr;
    }
    /// Whether a policy that looks at no weight draws all weights of these rows.
    bool only_draws(index_t first, index_t count) const noexcept {
        if (!applies) { return false; }
        for (index_t at = first; at < first + count; ++at) {
            if (!rows.edits(at) || rows.keys(at).total < rows.visible_total(at)) { return false; }
        }
        return true;
    }
    /// The weights that such a policy draws for a row.
    auto drawn_weights(index_t at) const noexcept { return change_.policy.weight(row_stats{}, rows.where(at)); }

    /// A score policy's branches have scores of their own, so each takes a pass.
    bool passes_twice() const noexcept { return edits_scores && applies && wants_factual(); }

    float* z_row(index_t at) const noexcept { return &out_.z(rows.batch, rows.head, at, 0); }
    float* factual_row(index_t at) const noexcept {
        return wants_factual() ? &out_.factual(rows.batch, rows.head, at, 0) : z_row(at);
    }

    /// Writes a row whose attention is known over the keys that the edit selects and over the others.
    void finish(index_t at, row_part const& inside, row_part const& outside, bool is_finite, bool edited) noexcept {
        if (!is_finite) { return spoil(at); }
        if (!causalmm::is_finite(inside.sum + outside.sum)) { return spoil_edited(at); }
        bool const own_pass = edits_scores && edited;
        float* const factual = own_pass ? z_row(at) : factual_row(at);
        bool const in_closed_form = edited && !edits_scores && rows.edits(at);
        row_scale const result = writer_.finish(at, inside, outside, in_closed_form, factual, z_row(at));
        if (!own_pass || !wants_factual()) { note(at, result); }
    }
    /// Marks a row whose scores hold NaN or infinity.
    void spoil(index_t at) noexcept {
        finite_ = false;
        writer_.spoil(at, z_row(at));
        if (wants_factual()) { writer_.spoil(at, factual_row(at)); }
        note(at, {.max_prob = quiet_nan(), .lse = quiet_nan()});   // so that an epilogue leaves the row alone
    }
    /// Marks a row of which a score policy has made NaN or infinity; its factual z stands if it is wanted.
    void spoil_edited(index_t at) noexcept {
        finite_ = false;
        writer_.spoil(at, z_row(at));
        if (!wants_factual()) { note(at, {.max_prob = quiet_nan(), .lse = quiet_nan()}); }
    }
    void note(index_t at, row_scale const& result) const noexcept {
        auto const& [max_prob, lse] = out_.statistics;
        if (max_prob.data != nullptr) { max_prob(rows.batch, rows.head, at) = result.max_prob; }
        if (lse.data != nullptr) { lse(rows.batch, rows.head, at) = result.lse; }
    }

    /// The policy's s' for the keys in [first, first + count) that a row sees in a run; `score` is that of the first.
    void edit_scores(index_t at, visibility::key_run const& seen, index_t first, index_t count, float* score,
                     index_t stride) const noexcept {
        if (!rows.edits(at)) { return; }
        auto const closure = change_.policy.score(rows.where(at));
        for (index_t k = std::max(first, seen.begin); k < std::min(first + count, seen.end); ++k) {
            float& s = score[(k - first) * stride];
            s = closure(k - seen.origin, s);
        }
    }
    /// The policy's w' for a row of weights that stand side by side. False if they hold NaN or infinity.
    template <class Row>
    bool edit_row_weights(index_t at, Row row, visible_keys const& keys) const noexcept {
        if (!rows.edits(at) || keys.total == 0) { return true; }
        return edit_weights(change_.policy, row, keys, rows.where(at));
    }
    /// The second pass of a policy that takes statistics of the whole map, after all its rows.
    void edit_map(index_t queries) noexcept {
        if constexpr (intervention::affine_policy<Policy>) {
            if (!applies || intervention::scope_of(change_.policy) == intervention::scope::row) { return; }
            writer_.edit_map(
                queries, [this](index_t at) { return factual_row(at); }, [this](index_t at) { return z_row(at); });
        }
    }

  private:
    static double const* kept_sum(Streams const& out, index_t batch, index_t kv_head) noexcept {
        return out.value_sum.data != nullptr ? out.value_sum.slice(batch, kv_head).data : nullptr;
    }

    edit<Policy> const& change_;
    Streams const& out_;
    row_writer<Policy, Visibility, cache_type> writer_;
    bool finite_ = true;
};

}   // namespace causalmm::attention::detail
