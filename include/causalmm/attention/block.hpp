// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>

#include <causalmm/core/config.hpp>
#include <causalmm/core/lanes.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention::detail {

// A block is as many query rows as fill two registers, one row a lane: every edit, mask and sum of a row is then the same
// instruction for all of them, and no sum runs across lanes.
inline constexpr index_t block_vectors = 2;
inline constexpr index_t block_rows = block_vectors * lane_count;
// A multiple of both register tiles below, and of the 64 keys that share draws. Scores of a tile stay in L1.
inline constexpr index_t tile_keys = 192;
// Keys (or value dimensions) that share the loads of a register tile: 16 sums fit the 32 registers of AVX-512, 12 the 16 of AVX2.
inline constexpr index_t register_rows = lane_bytes == 64 ? 8 : 6;

/// Whether so many rows are worth a block; of fewer, most lanes would idle.
constexpr bool fills_block(index_t rows) noexcept { return 4 * rows > block_rows; }

/// Rows of keys or values as floats in memory, `stride` apart.
struct tile {
    float const* data;
    index_t stride;
};

/// `count` rows from `first` on: floats where they stand, other numbers widened in `scratch`.
template <scalar T>
inline tile load_tile(tensor_view<T const, 2> const& rows, index_t first, index_t count, float* scratch) noexcept {
    if constexpr (std::same_as<T, float>) {
        return {rows.data + first * rows.strides[0], rows.strides[0]};
    } else {
        index_t const dim = rows.extent(1);
        for (index_t row = 0; row < count; ++row) {
            T const* const from = rows.data + (first + row) * rows.strides[0];
            float* const to = scratch + row * dim;
            index_t i = 0;
            for (; i + lane_count <= dim; i += lane_count) { store_lanes(to + i, load_lanes(from + i)); }
            for (; i < dim; ++i) { to[i] = static_cast<float>(from[i]); }
        }
        return {scratch, dim};
    }
}

/// `Count` rows of scores[key][row] = sum_i query[i][row] key[key][i].
template <std::size_t Count>
inline void score_rows(float const* query, index_t dim, float const* key, index_t stride, float* scores) noexcept {
    lanes sums[Count][block_vectors] = {};
    for (index_t i = 0; i < dim; ++i) {
        lanes const q[block_vectors] = {load_lanes(query + i * block_rows),
                                        load_lanes(query + i * block_rows + lane_count)};
        for (index_t k = 0; k < index_t{Count}; ++k) {
            for (index_t v = 0; v < block_vectors; ++v) { sums[k][v] += q[v] * key[k * stride + i]; }
        }
    }
    for (index_t k = 0; k < index_t{Count}; ++k) {
        for (index_t v = 0; v < block_vectors; ++v) {
            store_lanes(scores + k * block_rows + v * lane_count, sums[k][v]);
        }
    }
}

/// scores (key, block row) of `count` keys.
///
/// Not inlined, as all products of many keys: every policy then runs the same instructions as factual attention. Copies of its own
/// were up to 4 % slower or faster than factual attention's, by where the linker put them.
[[gnu::noinline]] inline void score_tile(float const* query, index_t dim, tile const keys, index_t count,
                                         float* scores) noexcept {
    index_t k = 0;
    for (; k + register_rows <= count; k += register_rows) {
        score_rows<std::size_t{register_rows}>(query, dim, keys.data + k * keys.stride, keys.stride,
                                               scores + k * block_rows);
    }
    for (; k < count; ++k) {
        score_rows<1>(query, dim, keys.data + k * keys.stride, keys.stride, scores + k * block_rows);
    }
}

/// `Count` rows of z[i][row] += sum_key weights[key][row] value[key][i].
template <std::size_t Count>
inline void value_rows(float const* weights, index_t count, float const* value, index_t stride, float* z) noexcept {
    lanes sums[Count][block_vectors];
    for (index_t i = 0; i < index_t{Count}; ++i) {
        for (index_t v = 0; v < block_vectors; ++v) { sums[i][v] = load_lanes(z + i * block_rows + v * lane_count); }
    }
    for (index_t k = 0; k < count; ++k) {
        lanes const w[block_vectors] = {load_lanes(weights + k * block_rows),
                                        load_lanes(weights + k * block_rows + lane_count)};
        for (index_t i = 0; i < index_t{Count}; ++i) {
            for (index_t v = 0; v < block_vectors; ++v) { sums[i][v] += w[v] * value[k * stride + i]; }
        }
    }
    for (index_t i = 0; i < index_t{Count}; ++i) {
        for (index_t v = 0; v < block_vectors; ++v) { store_lanes(z + i * block_rows + v * lane_count, sums[i][v]); }
    }
}

/// z (value dim, block row) += weights (key, block row) times values, for `count` keys. Not inlined: see score_tile.
[[gnu::noinline]] inline void value_tile(float const* weights, index_t count, tile const values, index_t dim,
                                         float* z) noexcept {
    index_t i = 0;
    for (; i + register_rows <= dim; i += register_rows) {
        value_rows<std::size_t{register_rows}>(weights, count, values.data + i, values.stride, z + i * block_rows);
    }
    for (; i < dim; ++i) { value_rows<1>(weights, count, values.data + i, values.stride, z + i * block_rows); }
}

/// The same for weights that are 0 where a row does not see a key: there a value is not read, not even to be multiplied by 0.
template <class Sees>
inline void value_tile_masked(float const* weights, index_t count, tile const values, index_t dim, Sees const& sees,
                              float* z) noexcept {
    for (index_t k = 0; k < count; ++k) {
        for (index_t row = 0; row < block_rows; ++row) {
            if (!sees(k, row)) { continue; }
            float const w = weights[k * block_rows + row];
            for (index_t i = 0; i < dim; ++i) { z[i * block_rows + row] += w * values.data[k * values.stride + i]; }
        }
    }
}

/// query (row, dim) -> (dim, block row), scaled; the block's last row again where there are fewer rows than lanes.
template <scalar T>
inline void pack_queries(tensor_view<T const, 2> const& rows, index_t first, index_t count, float scale,
                         float* query) noexcept {
    index_t const dim = rows.extent(1);
    for (index_t row = 0; row < block_rows; ++row) {
        T const* const from = rows.data + (first + (row < count ? row : count - 1)) * rows.strides[0];
        for (index_t i = 0; i < dim; ++i) { query[i * block_rows + row] = scale * static_cast<float>(from[i]); }
    }
}

}   // namespace causalmm::attention::detail
