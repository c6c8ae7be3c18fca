// SPDX-License-Identifier: MIT
#include <llava/linear.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

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

/// Rows of x times Outputs consecutive weight rows: Rows * Outputs independent sums hide the latency of the additions.
template <io::dtype Type, std::size_t Rows, std::size_t Outputs>
void block(weights const& matrix, std::int64_t output, float const* x, float* y) {
    constexpr std::int64_t rows{Rows}, outputs{Outputs};
    std::int64_t const inputs = matrix.columns;
    lanes sums[Rows][Outputs] = {};
    lanes left, right[Outputs];
    auto const accumulate = [&](std::int64_t row) {
        for (std::int64_t out = 0; out < outputs; ++out) { sums[row][out] += left * right[out]; }
    };
    std::int64_t column = 0;
    for (; column + lane_count <= inputs; column += lane_count) {
        for (std::int64_t out = 0; out < outputs; ++out) {
            load<Type>(matrix.row(output + out) + column * stored_size<Type>, right[out]);
        }
        for (std::int64_t row = 0; row < rows; ++row) {
            std::memcpy(&left, x + row * inputs + column, sizeof(left));
            accumulate(row);
        }
    }
    if (std::int64_t const rest = inputs - column; rest > 0) {
        for (std::int64_t out = 0; out < outputs; ++out) {
            load_tail<Type>(matrix.row(output + out) + column * stored_size<Type>, rest, right[out]);
        }
        for (std::int64_t row = 0; row < rows; ++row) {
            left = lanes{};
            std::memcpy(&left, x + row * inputs + column, static_cast<std::size_t>(rest) * sizeof(float));
            accumulate(row);
        }
    }
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t out = 0; out < outputs; ++out) { y[row * matrix.rows + output + out] = sum(sums[row][out]); }
    }
}

template <io::dtype Type, std::size_t Rows>
void stream(weights const& matrix, float const* x, float* y, std::int64_t first, std::int64_t last) {
    constexpr std::size_t outputs = Rows <= 2 ? 4 : 2;   // with Rows, at most 16 sums in registers
    constexpr std::int64_t step{outputs};
    std::int64_t output = first;
    for (; output + step <= last; output += step) { block<Type, Rows, outputs>(matrix, output, x, y); }
    for (; output < last; ++output) { block<Type, Rows, 1>(matrix, output, x, y); }
}

/// stream<Type, Rows> for Rows = 1 ... skinny_rows, by index.
template <io::dtype Type, std::size_t... Rows>
void stream_any(std::index_sequence<Rows...>, std::int64_t rows, weights const& matrix, float const* x, float* y,
                std::int64_t first, std::int64_t last) {
    (void)((rows == std::int64_t{Rows + 1} ? (stream<Type, Rows + 1>(matrix, x, y, first, last), true) : false) || ...);
}

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
    std::int64_t const tiles = (outputs() + tile_rows - 1) / tile_rows;
    pool.for_each_index(tiles, [&](std::int64_t tile) {
        std::int64_t const first = tile * tile_rows;
        std::int64_t const last = std::min(first + tile_rows, outputs());
        if (rows <= skinny_rows) {
            skinny(x, rows, y, first, last);
        } else {
            tiled(x, rows, y, first, last);
        }
        add_bias(bias_, y, rows, outputs(), first, last);
    });
}

void linear::skinny(float const* x, std::int64_t rows, float* y, std::int64_t first, std::int64_t last) const {
    with_type(matrix_.type, [&]<io::dtype Type>() {
        stream_any<Type>(std::make_index_sequence<skinny_rows>{}, rows, matrix_, x, y, first, last);
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
