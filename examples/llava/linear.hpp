// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <llava/weights.hpp>
#include <llava/workers.hpp>

namespace llava {

/// y = x W^T + b, the weights read where the file was mapped.
///
/// Up to `skinny_rows` rows of x: each weight row is read once, widened in registers and used for every row of x, since a
/// library's matrix product costs 3 to 6 times its matrix-vector product there. More rows: tiles of `tile_rows` weight rows
/// are widened into scratch and multiplied by Eigen. A row of y depends on its row of x only up to `skinny_rows` rows, and on
/// neither the number of threads nor the place of a tile ever.
class linear {
  public:
    static constexpr std::int64_t skinny_rows = 8;
    static constexpr std::int64_t tile_rows = 64;

    linear() = default;
    explicit linear(weights const& matrix, std::vector<float> bias = {});

    std::int64_t inputs() const noexcept { return matrix_.columns; }
    std::int64_t outputs() const noexcept { return matrix_.rows; }

    /// x (rows, inputs) -> y (rows, outputs), both contiguous.
    void operator()(float const* x, std::int64_t rows, float* y, workers const& pool) const;

  private:
    void skinny(float const* x, std::int64_t rows, float* y, std::int64_t first, std::int64_t last) const;
    void tiled(float const* x, std::int64_t rows, float* y, std::int64_t first, std::int64_t last) const;

    weights matrix_;
    std::vector<float> bias_;   // empty: none
};

}   // namespace llava
