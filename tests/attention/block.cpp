// SPDX-License-Identifier: MIT
#include <causalmm/attention/block.hpp>

#include <cmath>
#include <vector>

#include "catch.hpp"
#include "support/tensor.hpp"

using causalmm::bf16;
using causalmm::f16;
using causalmm::lane_count;
using causalmm::attention::detail::block_rows;
using causalmm::attention::detail::load_tile;
using causalmm::attention::detail::pack_queries;
using causalmm::attention::detail::register_rows;
using causalmm::attention::detail::score_tile;
using causalmm::attention::detail::tile;
using causalmm::attention::detail::tile_keys;
using causalmm::attention::detail::value_tile;
using causalmm::attention::detail::value_tile_masked;
using namespace support;   // NOLINT: helpers of the tests

static_assert(tile_keys % register_rows == 0, "a full tile leaves no keys that are computed one by one");
static_assert(block_rows % lane_count == 0);

namespace {

std::vector<float> drawn(index_t count, std::uint64_t seed) {
    numbers next{seed};
    std::vector<float> all(static_cast<std::size_t>(count));
    for (float& each : all) { each = next.in(-1.0f, 1.0f); }
    return all;
}
double at(std::vector<float> const& from, index_t i) { return static_cast<double>(from[static_cast<std::size_t>(i)]); }

/// Rows of a matrix, `apart` elements from one another.
template <class T>
tensor_view<T const, 2> rows(std::vector<T> const& memory, index_t count, index_t dim, index_t apart) {
    return {memory.data(), {count, dim}, {apart, 1}};
}

/// Loads `count` rows from the third on.
template <class T>
void check_load(index_t count, index_t dim) {
    index_t const apart = dim + 3;
    std::vector<T> memory;
    numbers next{7};
    for (index_t i = 0; i < (count + 2) * apart; ++i) { memory.push_back(static_cast<T>(next.in(-1.0f, 1.0f))); }
    std::vector<float> scratch(static_cast<std::size_t>((count + 1) * dim), 9.0f);
    tile const loaded = load_tile(rows(memory, count + 2, dim, apart), 2, count, scratch.data());
    int wrong = 0;
    for (index_t row = 0; row < count; ++row) {
        for (index_t i = 0; i < dim; ++i) {
            auto const expected = static_cast<float>(memory[static_cast<std::size_t>((row + 2) * apart + i)]);
            wrong += same_bits(loaded.data[row * loaded.stride + i], expected) ? 0 : 1;
        }
    }
    CHECK(wrong == 0);
    CHECK(scratch[static_cast<std::size_t>(count * dim)] == 9.0f);   // and nothing behind them
}

}   // namespace

TEST_CASE("block: a tile holds its rows as floats", "[attention]") {
    for (index_t const dim : {1, 7, 16, 33}) {
        for (index_t const count : {index_t{1}, register_rows - 1, register_rows, index_t{17}, tile_keys}) {
            INFO(count << " rows of " << dim);
            check_load<float>(count, dim);
            check_load<double>(count, dim);
            check_load<f16>(count, dim);
            check_load<bf16>(count, dim);
        }
    }
}

TEST_CASE("block: floats are read where they stand", "[attention]") {
    std::vector<float> const memory = drawn(40 * 9, 1);
    tile const loaded = load_tile(rows(memory, 40, 7, 9), 3, 17, nullptr);
    CHECK(loaded.data == memory.data() + 3 * 9);
    CHECK(loaded.stride == 9);
}

TEST_CASE("block: scores are scaled products of every query with every key", "[attention]") {
    for (index_t const dim : {1, 7, 64, 129}) {
        for (index_t const queries : {index_t{1}, block_rows - 1, block_rows}) {
            for (index_t const keys : {index_t{1}, register_rows, index_t{13}, tile_keys}) {
                std::vector<float> const q = drawn((queries + 1) * dim, 1), k = drawn(keys * dim, 2);
                std::vector<float> packed(static_cast<std::size_t>(dim * block_rows));
                std::vector<float> scores(static_cast<std::size_t>(keys * block_rows));
                pack_queries(rows(q, queries + 1, dim, dim), 1, queries, 0.5f, packed.data());
                score_tile(packed.data(), dim, {k.data(), dim}, keys, scores.data());
                double worst = 0.0;
                for (index_t key = 0; key < keys; ++key) {
                    for (index_t row = 0; row < block_rows; ++row) {
                        index_t const query = 1 + std::min(row, queries - 1);   // the last row again
                        double expected = 0.0;
                        for (index_t i = 0; i < dim; ++i) {
                            expected += 0.5 * at(q, query * dim + i) * at(k, key * dim + i);
                        }
                        worst = std::max(worst, std::abs(at(scores, key * block_rows + row) - expected));
                    }
                }
                INFO(dim << " dims, " << queries << " queries, " << keys << " keys");
                CHECK(worst <= 1e-5);   // 129 terms of at most 1/2, each rounded at 2^-24
            }
        }
    }
}

TEST_CASE("block: values are added by weight, and the masked sum is the same where all rows see all keys",
          "[attention]") {
    for (index_t const dim : {index_t{1}, index_t{5}, register_rows, index_t{59}, index_t{64}}) {
        for (index_t const keys : {1, 13, 96}) {
            std::vector<float> const w = drawn(keys * block_rows, 1), v = drawn(keys * dim, 2);
            std::vector<float> z = drawn(dim * block_rows, 3), masked = z;
            std::vector<float> const before = z;
            tile const values{v.data(), dim};
            value_tile(w.data(), keys, values, dim, z.data());
            value_tile_masked(
                w.data(), keys, values, dim, [](index_t, index_t) { return true; }, masked.data());
            double worst = 0.0;
            for (index_t i = 0; i < dim; ++i) {
                for (index_t row = 0; row < block_rows; ++row) {
                    double expected = at(before, i * block_rows + row);
                    for (index_t key = 0; key < keys; ++key) {
                        expected += at(w, key * block_rows + row) * at(v, key * dim + i);
                    }
                    worst = std::max(worst, std::abs(at(z, i * block_rows + row) - expected));
                }
            }
            INFO(dim << " dims, " << keys << " keys");
            CHECK(worst <= 2e-5);
            CHECK(masked == z);   // bit for bit: a bad value elsewhere in the tile must change no good row
        }
    }
}

TEST_CASE("block: a value that a row does not see is not multiplied, not even by 0", "[attention]") {
    std::vector<float> const v{1.0f, std::nanf("")};   // two keys of one dimension
    std::vector<float> const w(static_cast<std::size_t>(2 * block_rows), 2.0f);
    std::vector<float> z(static_cast<std::size_t>(block_rows), 0.5f);
    value_tile_masked(
        w.data(), 2, {v.data(), 1}, 1, [](index_t key, index_t row) { return key == 0 || row == 1; }, z.data());
    for (index_t row = 0; row < block_rows; ++row) {
        float const got = z[static_cast<std::size_t>(row)];
        CHECK((row == 1 ? std::isnan(got) : got == 2.5f));
    }
}
