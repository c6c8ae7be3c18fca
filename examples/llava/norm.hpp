// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include <causalmm/core/softmax.hpp>

namespace llava {

/// The sum of a row of `count` floats, and of the products of two.
inline float sum(float const* a, std::int64_t count) noexcept {
    return causalmm::detail::reduce(
        count, 0.0f, [a](std::int64_t i) { return a[i]; }, causalmm::detail::sum{});
}
inline float dot(float const* a, float const* b, std::int64_t count) noexcept {
    return causalmm::detail::reduce(
        count, 0.0f, [a, b](std::int64_t i) { return a[i] * b[i]; }, causalmm::detail::sum{});
}

/// y = (x - mean) / sqrt(variance + eps) * weight + bias, row by row; x and y may be the same memory.
struct layer_norm {
    std::vector<float> weight, bias;
    float eps = 1e-5f;

    void operator()(float const* x, std::int64_t rows, float* y) const noexcept {
        auto const size = static_cast<std::int64_t>(weight.size());
        for (std::int64_t row = 0; row < rows; ++row, x += size, y += size) {
            float const mean = sum(x, size) / static_cast<float>(size);
            for (std::int64_t i = 0; i < size; ++i) { y[i] = x[i] - mean; }
            float const scale = 1.0f / std::sqrt(dot(y, y, size) / static_cast<float>(size) + eps);
            float const* w = weight.data();
            float const* b = bias.data();
            for (std::int64_t i = 0; i < size; ++i) { y[i] = y[i] * scale * w[i] + b[i]; }
        }
    }
};

/// y = x / sqrt(mean of squares + eps) * weight, row by row; x and y may be the same memory.
struct rms_norm {
    std::vector<float> weight;
    float eps = 1e-6f;

    void operator()(float const* x, std::int64_t rows, float* y) const noexcept {
        auto const size = static_cast<std::int64_t>(weight.size());
        for (std::int64_t row = 0; row < rows; ++row, x += size, y += size) {
            float const scale = 1.0f / std::sqrt(dot(x, x, size) / static_cast<float>(size) + eps);
            float const* w = weight.data();
            for (std::int64_t i = 0; i < size; ++i) { y[i] = x[i] * scale * w[i]; }
        }
    }
};

}   // namespace llava
