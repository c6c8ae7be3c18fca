// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <causalmm/core/dtype.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/released/shape.hpp>
#include <causalmm/released/sum.hpp>

namespace causalmm::inline CAUSALMM_ABI::released {

namespace detail {

/// The two source entries of one target entry along one axis, and their weights.
struct taps {
    index_t low;
    index_t high;
    float low_weight;
    float high_weight;
};

inline taps bilinear_taps(index_t target, index_t targets, index_t sources) noexcept {
    if (sources == targets) { return {target, target, 1.0f, 0.0f}; }
    float const scale = static_cast<float>(sources) / static_cast<float>(targets);
    float const centre = std::max(std::fma(scale, static_cast<float>(target) + 0.5f, -0.5f), 0.0f);
    index_t const low = std::min(static_cast<index_t>(centre), sources - 1);
    float const high_weight = std::clamp(centre - static_cast<float>(low), 0.0f, 1.0f);
    return {low, low + (low < sources - 1 ? 1 : 0), 1.0f - high_weight, high_weight};
}

/// One entry of the resized map, map(y, x) -> weight. PyTorch takes channels eight at a time and adds the four products in one order there
/// and in another in the channels left over, with fused multiply-adds; written out, they are the same everywhere.
template <class Map>
float bilinear(Map const& map, taps const& y, taps const& x, bool left_over) noexcept {
    float const low_low = map(y.low, x.low);
    float const low_high = map(y.low, x.high);
    float const high_low = map(y.high, x.low);
    float const high_high = map(y.high, x.high);
    float const w_low_low = y.low_weight * x.low_weight;
    float const w_low_high = y.low_weight * x.high_weight;
    float const w_high_low = y.high_weight * x.low_weight;
    float const w_high_high = y.high_weight * x.high_weight;
    if (left_over) {
        float const low_row = std::fma(w_low_low, low_low, w_low_high * low_high);
        return std::fma(w_high_high, high_high, std::fma(w_high_low, high_low, low_row));
    }
    float const high_row = std::fma(w_high_high, high_high, w_high_low * high_low);
    return std::fma(w_low_low, low_low, std::fma(w_low_high, low_high, high_row));
}

/// The gate of one batch row from its maps, map_of(head)(y, x) -> weight.
template <class MapOf>
void gate_of_maps(index_t heads, index_t height, index_t width, MapOf const& map_of,
                  tensor_view<float, 2> const& gate) noexcept {
    index_t const side = gate.extent(0);
    for (index_t r = 0; r < side; ++r) {
        taps const y = bilinear_taps(r, side, height);
        for (index_t c = 0; c < side; ++c) {
            taps const x = bilinear_taps(c, side, width);
            float const total = column_sum(heads, r * side + c, side * side,
                                           [&](index_t h) { return bilinear(map_of(h), y, x, h >= heads / 8 * 8); });
            gate(r, c) = total / static_cast<float>(heads);
        }
    }
}

}   // namespace detail

/// The published gate: edited attention maps shrunk to the grid of image patches as if they were pictures.
///
/// g(b,r,c) = mean_h bilinear(w'(b,h))(r,c), sampled at centres: source = (target + 1/2) size / side - 1/2
///
/// shape   edited (batch, head, height, width), 577 x 577 in LLaVA-1.5; gate (batch, side, side), side 24 there
/// units   those of the edited maps; in LLaVA g(r,c) is near the weight of patch row r's centre on patch row c's
///         centre, not a property of patch (r,c)
/// errors  shape_mismatch: batches differ, the gate is not square, or a dimension is 0; unsupported: side > 64
/// source  CausalMM cf_encoder.py, apply_attention: interpolate(mode="bilinear", align_corners=False), then the mean
///         over heads, to the bit as PyTorch computes it on a processor with AVX2; above side 64 it uses another order
inline status vision_gate(tensor_view<float const, 4> const& edited, tensor_view<float, 3> const& gate) noexcept {
    index_t const side = gate.extent(1);
    if (status s = check_shape(edited, {nullptr, edited.extents}); !s) { return s; }
    if (side < 1 || gate.extent(2) != side) {
        return {errc::shape_mismatch, "vision_gate: the gate is a square of patches"};
    }
    if (gate.extent(0) != edited.extent(0)) {
        return {errc::shape_mismatch, "vision_gate: gate and maps differ in batch"};
    }
    if (side > 64) { return {errc::unsupported, "vision_gate: more than 64 x 64 patches"}; }
    for (index_t b = 0; b < edited.extent(0); ++b) {
        auto const map_of = [&](index_t head) { return edited.slice(b, head); };   // (height, width)
        detail::gate_of_maps(edited.extent(1), edited.extent(2), edited.extent(3), map_of, gate.slice(b));
    }
    return {};
}

/// How weighted features are stored: as computed, or rounded to half precision as the release does.
///
/// shape   one byte
/// units   none
/// errors  none
/// source  CausalMM cf_encoder.py, .to(torch.float16) whatever the model's type
enum class feature_rounding : std::uint8_t { none, half };

/// Image features, each patch scaled by its gate.
///
/// f'(b,p,d) = f(b,p,d) g(b, p / side, p mod side), rounded to half precision if asked
///
/// shape   features, weighted (batch, patch, feature), side * side patches without the class token; gate (batch, side,
///         side); `weighted` may be `features` itself
/// units   those of the features; a shuffled or uniform gate leaves about 1/577 of them
/// errors  shape_mismatch: shapes differ, patches are not side * side, or a dimension is 0
/// source  CausalMM cf_encoder.py, apply_attention
constexpr status gated_features(tensor_view<float const, 3> const& features, tensor_view<float const, 3> const& gate,
                                tensor_view<float, 3> const& weighted, feature_rounding rounding) noexcept {
    if (status s = check_shape(features, weighted); !s) { return s; }
    index_t const side = gate.extent(1);
    if (gate.extent(0) != features.extent(0) || gate.extent(2) != side || side * side != features.extent(1)) {
        return {errc::shape_mismatch, "gated_features: the gate has one square of patches per batch row"};
    }
    for (index_t b = 0; b < features.extent(0); ++b) {
        for (index_t p = 0; p < features.extent(1); ++p) {
            float const scale = gate(b, p / side, p % side);
            for (index_t d = 0; d < features.extent(2); ++d) {
                float const product = features(b, p, d) * scale;
                weighted(b, p, d) = rounding == feature_rounding::half ? static_cast<float>(f16{product}) : product;
            }
        }
    }
    return {};
}

}   // namespace causalmm::released
