// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <causalmm/backend/skinny_product.hpp>
#include <llava/weights.hpp>
#include <llava/workers.hpp>

namespace llava {

/// y = x W^T + b, the weights read where the file was mapped.
///
/// Up to `skinny_rows` rows of x: the library's skinny product, which reads the weights once. More rows: tiles of `tile_rows` weight rows
/// are widened into scratch and multiplied by Eigen. A row of y depends on its row of x only up to `skinny_rows` rows, and on
/// neither the number of threads nor the place of a tile ever.
class linear {
  public:
    static constexpr std::int64_t skinny_rows = causalmm::backend::skinny_rows;
    static constexpr std::int64_t tile_rows = 64;

    linear() = default;
    explicit linear(weights const& matrix, std::vector<float> bias = {});

    std::int64_t inputs() const noexcept { return matrix_.columns; }
    std::int64_t outputs() const noexcept { return matrix_.rows; }

    /// x (rows, inputs) -> y (rows, outputs), both contiguous.
    void operator()(float const* x, std::int64_t rows, float* y, workers const& pool) const;

  private:
    void tiled(float const* x, std::int64_t rows, float* y, std::int64_t first, std::int64_t last) const;

    weights matrix_;
    std::vector<float> bias_;   // empty: none
};

}   // namespace llava
