// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <causalmm/core/lanes.hpp>
#include <llava/io/error.hpp>

namespace llava {

/// The element functions of the towers and the projector.
enum class activation { quick_gelu, gelu, gelu_tanh, silu };

inline activation activation_named(std::string_view name) {
    if (name == "quick_gelu") { return activation::quick_gelu; }
    if (name == "gelu") { return activation::gelu; }
    if (name == "gelu_pytorch_tanh") { return activation::gelu_tanh; }
    if (name == "silu") { return activation::silu; }
    throw io::error{io::exit_code::bad_data, "config.json", "activation", "unknown: " + io::quote(name)};
}

/// x * sigmoid(slope * x), in place.
inline void gated(float* x, std::int64_t count, float slope) noexcept {
    using causalmm::lane_count;
    for (std::int64_t i = 0; i < count; i += lane_count) {
        std::int64_t const size = std::min(lane_count, count - i);
        causalmm::lanes value = causalmm::load_lanes(x + i, size);
        causalmm::lanes const power = value * -slope;
        causalmm::lanes const most = causalmm::splat(88.0f);   // beyond it the result is 0 to all digits
        value /= 1.0f + causalmm::exponential(power > most ? most : power);
        std::memcpy(x + i, &value, static_cast<std::size_t>(size) * sizeof(float));
    }
}

/// In place.
inline void activate(activation kind, float* x, std::int64_t count) noexcept {
    if (kind == activation::quick_gelu) { return gated(x, count, 1.702f); }
    if (kind == activation::silu) { return gated(x, count, 1.0f); }
    for (std::int64_t i = 0; i < count; ++i) {
        float const cube = 0.79788456f * (x[i] + 0.044715f * x[i] * x[i] * x[i]);
        x[i] *= 0.5f + 0.5f * (kind == activation::gelu ? std::erf(x[i] * 0.70710678f) : std::tanh(cube));
    }
}

}   // namespace llava
