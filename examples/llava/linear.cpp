// SPDX-License-Identifier: MIT
#include <llava/linear.hpp>

#include <algorithm>
#include <utility>

#include <causalmm/backend/skinny_product.hpp>

// g++ 12 takes the deliberately undefined registers of its own AVX-512 header for a mistake of whoever inlines them.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <Eigen/Core>

#if defined(EIGEN_USE_BLAS)
extern "C" void openblas_set_num_threads(int count);   // no header of Debian's declares it without all of cblas
#endif

namespace llava {
namespace {

#if defined(EIGEN_USE_BLAS)
// The tiles are what the engine's own threads share out; threads below these would only compete with them.
[[maybe_unused]] bool const one_thread_a_tile = (openblas_set_num_threads(1), true);
#endif

void add_bias(std::vector<float> const& bias, float* y, std::int64_t rows, std::int64_t outputs, std::int64_t first,
              std::int64_t last) {
    if (bias.empty()) { return; }
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t out = first; out < last; ++out) {
            y[row * outputs + out] += bias[static_cast<std::size_t>(out)];
        }
    }
}

}   // namespace

linear::linear(weights const& matrix, std::vector<float> bias) : matrix_{matrix}, bias_{std::move(bias)} {}

void linear::operator()(float const* x, std::int64_t rows, float* y, workers const& pool) const {
    if (rows == 0) { return; }
    if (rows <= skinny_rows) {
        with_view(matrix_, [&](auto const& view) {
            [[maybe_unused]] causalmm::status const done =
                causalmm::backend::skinny_product(pool, view, {x, {rows, inputs()}}, {y, {rows, outputs()}});
            CAUSALMM_ASSERT(done);   // the extents are those of this layer
        });
        return add_bias(bias_, y, rows, outputs(), 0, outputs());
    }
    pool.for_each_index((outputs() + tile_rows - 1) / tile_rows, [&](std::int64_t tile) {
        std::int64_t const first = tile * tile_rows;
        std::int64_t const last = std::min(first + tile_rows, outputs());
        tiled(x, rows, y, first, last);
        add_bias(bias_, y, rows, outputs(), first, last);
    });
}

void linear::tiled(float const* x, std::int64_t rows, float* y, std::int64_t first, std::int64_t last) const {
    using matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    thread_local matrix tile;
    tile.resize(tile_rows, inputs());   // (weight rows, inputs); the last tile uses its head
    for (std::int64_t row = first; row < last; ++row) {
        read_row(matrix_, row, tile.data() + (row - first) * inputs());
    }
    Eigen::Map<matrix const> const left(x, rows, inputs());
    Eigen::Map<matrix, 0, Eigen::OuterStride<>> result(y + first, rows, last - first, Eigen::OuterStride<>(outputs()));
    result.noalias() = left * tile.topRows(last - first).transpose();
}

}   // namespace llava
