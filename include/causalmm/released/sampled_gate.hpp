// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>
#include <concepts>

#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/released/vision_edit.hpp>
#include <causalmm/released/vision_gate.hpp>

namespace causalmm::inline CAUSALMM_ABI::released {

/// What the attention maps of a vision layer are made of, and what a flash kernel keeps of them.
///
/// w(b,h,y,x) = exp(scale <query_y, key_x> - lse(b,h,y))
///
/// shape   query and key (batch, head, token, dim); lse (batch, head, token); largest (batch, head), which reversed alone reads
/// units   lse is a natural logarithm; largest is the largest weight of a map, the maximum of its rows' max_prob
/// errors  see sampled_gate
/// source  row statistics of attention::streaming
struct map_source {
    tensor_view<float const, 4> query{};
    tensor_view<float const, 4> key{};
    float scale = 1.0f;
    tensor_view<float const, 3> lse{};
    tensor_view<float const, 2> largest{};
};

/// Random numbers looked up where the gate needs them: uniform(batch, head, y, x) in [0, 1), source(head, entry) -> entry.
// clang-format off
template <class Draws>
concept gate_draws = requires(Draws const& draws, index_t i) {
    { draws.uniform(i, i, i, i) } noexcept -> std::same_as<float>;
    { draws.source(i, i) } noexcept -> std::same_as<index_t>;
};
// clang-format on

namespace detail {

/// One head's map, weight by weight.
class sampled_map {
  public:
    sampled_map(map_source const& from, index_t batch, index_t head) noexcept
        : query_{from.query.slice(batch, head)},
          key_{from.key.slice(batch, head)},
          lse_{from.lse.slice(batch, head)},
          scale_{from.scale} {}

    float operator()(index_t y, index_t x) const noexcept {
        float score = 0.0f;
        for (index_t i = 0; i < query_.extent(1); ++i) { score += query_(y, i) * key_(x, i); }
        return std::exp(scale_ * score - lse_(y));
    }

  private:
    tensor_view<float const, 2> query_;   // (token, dim)
    tensor_view<float const, 2> key_;     // (token, dim)
    tensor_view<float const, 1> lse_;     // (token)
    float scale_;
};

/// The published edits of that map, weight by weight.
template <class Draws>
struct edited_map {
    vision_edit method;
    sampled_map map;
    Draws const& draws;
    index_t batch, head, tokens;
    float largest;

    float operator()(index_t y, index_t x) const noexcept {
        switch (method) {
            case vision_edit::random: return 2.0f * draws.uniform(batch, head, y, x);
            case vision_edit::uniform: return 1.0f / static_cast<float>(tokens);   // rows sum to 1
            case vision_edit::reversed: return largest - map(y, x);
            case vision_edit::shuffle: break;
        }
        index_t const source = draws.source(head, y * tokens + x);
        return map(source / tokens, source % tokens);
    }
};

inline status check_source(map_source const& from, tensor_view<float, 3> const& gate) noexcept {
    auto const& [batches, heads, tokens, dim] = from.query.extents;
    std::array<index_t, 3> const rows{batches, heads, tokens};
    std::array<index_t, 2> const maps{batches, heads};
    if (batches < 1 || heads < 1 || tokens < 1 || dim < 1) {
        return {errc::shape_mismatch, "released: a dimension is 0"};
    }
    if (from.key.extents != from.query.extents || from.lse.extents != rows || from.largest.extents != maps) {
        return {errc::shape_mismatch, "sampled_gate: queries, keys and statistics do not fit each other"};
    }
    if (gate.extent(0) != batches || gate.extent(1) < 1 || gate.extent(1) != gate.extent(2)) {
        return {errc::shape_mismatch, "sampled_gate: one square of patches per batch row is needed"};
    }
    if (gate.extent(1) > 64) { return {errc::unsupported, "sampled_gate: more than 64 x 64 patches"}; }
    return {};
}

}   // namespace detail

/// The published gate without its attention maps: only the weights that the resizing reads are computed.
///
/// g as vision_gate(edit_attention(method, w)), from at most 4 side^2 weights a head: 2,304 of 332,929 in LLaVA-1.5
///
/// shape   see map_source; gate (batch, side, side)
/// units   as vision_gate, but for the rounding of weights that come from scores instead of a softmax in memory
/// errors  shape_mismatch: extents do not fit each other, or one is 0; unsupported: side > 64
/// source  methods of CausalMM cf_encoder.py; 2304 dim products a head instead of tokens^2 dim
template <gate_draws Draws>
status sampled_gate(vision_edit method, map_source const& from, Draws const& draws,
                    tensor_view<float, 3> const& gate) noexcept {
    if (status s = detail::check_source(from, gate); !s) { return s; }
    index_t const tokens = from.query.extent(2);
    for (index_t b = 0; b < from.query.extent(0); ++b) {
        auto const map_of = [&](index_t head) {
            detail::sampled_map const map{from, b, head};
            return detail::edited_map<Draws>{method, map, draws, b, head, tokens, from.largest(b, head)};
        };
        detail::gate_of_maps(from.query.extent(1), tokens, tokens, map_of, gate.slice(b));
    }
    return {};
}

}   // namespace causalmm::released
