// SPDX-License-Identifier: MIT
#include <causalmm/attention/online.hpp>

#include <bit>
#include <cmath>
#include <vector>

#include "catch.hpp"
#include "support/tensor.hpp"

using causalmm::lane_count;
using causalmm::lanes;
using causalmm::load_lanes;
using causalmm::attention::detail::add_block_values;
using causalmm::attention::detail::block_rows;
using causalmm::attention::detail::block_sight;
using causalmm::attention::detail::block_vectors;
using causalmm::attention::detail::finite_tile;
using causalmm::attention::detail::lane_masks;
using causalmm::attention::detail::online_block;
using causalmm::attention::detail::score_watch;
using causalmm::attention::detail::tile;
using causalmm::attention::detail::with_masks;
using causalmm::visibility::key_range;
using namespace support;   // NOLINT: helpers of the tests

namespace {

/// Rows that see what a list says.
struct listed_rows {
    std::vector<key_range> seen;
    key_range visible(index_t query) const { return seen.at(static_cast<std::size_t>(query)); }
};
bool holds(key_range const& range, index_t key) { return range.begin <= key && key < range.end; }

/// Causal rows from key 1 on, row 3 sees nothing.
listed_rows staircase() {
    listed_rows rows;
    for (index_t row = 0; row < block_rows; ++row) { rows.seen.push_back({1, row + 4}); }
    rows.seen[3] = {};
    return rows;
}

struct drawn_tile {
    index_t keys;
    std::vector<float> scores;

    drawn_tile(index_t count, float low, float high)
        : keys{count}, scores(static_cast<std::size_t>(count * block_rows)) {
        numbers next{11};
        for (float& s : scores) { s = next.in(low, high); }
    }
    float& at(index_t key, index_t row) { return scores[static_cast<std::size_t>(key * block_rows + row)]; }
};

}   // namespace

TEST_CASE("online: a block knows what any and what all of its rows see", "[attention]") {
    block_sight const sight{listed_rows{{{2, 9}, {3, 12}, {0, 5}}}, 0, 3};
    CHECK(sight.any == key_range{0, 12});
    CHECK(sight.all == key_range{3, 5});
    CHECK(sight.everywhere(3, 5));
    CHECK_FALSE(sight.everywhere(2, 5));
    CHECK_FALSE(sight.everywhere(3, 6));
    for (index_t row = 2; row < block_rows; ++row) {
        CHECK(sight.rows[static_cast<std::size_t>(row)] == key_range{0, 5});
    }

    block_sight const part{listed_rows{{{0, 99}, {4, 8}}}, 1, 1};
    CHECK(part.any == key_range{4, 8});
    CHECK(part.all == key_range{4, 8});
}

TEST_CASE("online: rows without keys widen nothing and see no tile", "[attention]") {
    block_sight const mixed{listed_rows{{{}, {4, 8}}}, 0, 2};
    CHECK(mixed.any == key_range{4, 8});
    CHECK_FALSE(mixed.everywhere(4, 8));
    block_sight const blind{listed_rows{{{}, {}}}, 0, 2};
    CHECK(blind.any == key_range{});
    CHECK_FALSE(blind.everywhere(0, 1));
    causalmm::attention::detail::for_each_tile({0, 100}, blind, [](index_t, index_t) { FAIL("no row sees a key"); });
}

TEST_CASE("online: masks of a tile say for each lane which keys its row sees", "[attention]") {
    listed_rows const rows = staircase();
    block_sight const sight{rows, 0, block_rows};
    for (index_t const first : {0, 1, 5, 90}) {
        for (index_t vector = 0; vector < block_vectors; ++vector) {
            lane_masks const masks{sight, vector, first, 20};
            int wrong = 0;
            for (index_t key = 0; key < 20; ++key) {
                for (index_t lane = 0; lane < lane_count; ++lane) {
                    bool const expected = holds(rows.visible(vector * lane_count + lane), first + key);
                    wrong += masks.sees(key)[lane] == (expected ? -1 : 0) ? 0 : 1;
                }
            }
            CHECK(wrong == 0);
        }
    }
}

TEST_CASE("online: tiles of a range are cut to what any row sees", "[attention]") {
    block_sight const sight{listed_rows{{{5, 450}, {7, 460}}}, 0, 2};
    std::vector<std::pair<index_t, index_t>> tiles;
    causalmm::attention::detail::for_each_tile({0, 1000}, sight,
                                               [&](index_t first, index_t count) { tiles.emplace_back(first, count); });
    CHECK(tiles == std::vector<std::pair<index_t, index_t>>{{5, 192}, {197, 192}, {389, 71}});
    tiles.clear();
    causalmm::attention::detail::for_each_tile({50, 60}, sight,
                                               [&](index_t first, index_t count) { tiles.emplace_back(first, count); });
    CHECK(tiles == std::vector<std::pair<index_t, index_t>>{{50, 10}});
}

TEST_CASE("online: the watch reports NaN and infinity of visible scores alone, row by row", "[attention]") {
    for (std::uint32_t const bad : {0x7fc00000u, 0xffc00001u, 0x7f800000u, 0xff800000u}) {
        score_watch watch;
        lanes scores{};
        scores[1] = std::bit_cast<float>(bad);
        watch.see(0, scores, causalmm::lane_words{});   // nobody sees it
        for (index_t row = 0; row < block_rows; ++row) { CHECK(watch.finite(row)); }
        watch.see(1, scores, causalmm::splat(std::int32_t{-1}));
        watch.see(1, lanes{}, causalmm::splat(std::int32_t{-1}));   // a good score later forgives nothing
        for (index_t row = 0; row < block_rows; ++row) { CHECK(watch.finite(row) == (row != lane_count + 1)); }
    }
    score_watch watch;
    watch.see(0, causalmm::splat(-3.4e38f), causalmm::splat(std::int32_t{-1}));
    CHECK(watch.finite(0));
}

TEST_CASE("online: tiles one after the other weigh as one softmax", "[attention]") {
    index_t const value_dim = 3, keys = 40;
    listed_rows const rows = staircase();
    block_sight const sight{rows, 0, block_rows};
    for (index_t const tile_size : {1, 7, 40}) {
        drawn_tile all(keys, -30.0f, 30.0f);
        std::vector<float> values(static_cast<std::size_t>(keys * value_dim)),
            z(static_cast<std::size_t>(value_dim * block_rows), 5.0f);
        numbers next{12};
        for (float& v : values) { v = next.in(-1.0f, 1.0f); }
        online_block block{z.data(), value_dim};
        drawn_tile weights = all;
        for (index_t first = 0; first < keys; first += tile_size) {
            index_t const count = std::min(tile_size, keys - first);
            float* const tile_scores = &weights.at(first, 0);
            with_masks(sight, first, count, [&](index_t vector, auto const& masks) {
                block.weigh(vector, tile_scores + vector * lane_count, count, masks, value_dim);
            });
            add_block_values(tile_scores, first, count, {values.data() + first * value_dim, value_dim}, value_dim,
                             sight, block.z);
        }
        for (index_t row = 0; row < block_rows; ++row) {
            double top = -HUGE_VAL, sum = 0.0, weighted = 0.0;
            for (index_t k = 0; k < keys; ++k) {
                if (holds(rows.visible(row), k)) { top = std::max(top, static_cast<double>(all.at(k, row))); }
            }
            for (index_t k = 0; k < keys; ++k) {
                if (!holds(rows.visible(row), k)) { continue; }
                double const w = std::exp(static_cast<double>(all.at(k, row)) - top);
                sum += w;
                weighted += w * static_cast<double>(values[static_cast<std::size_t>(k * value_dim + 1)]);
            }
            INFO("tiles of " << tile_size << ", row " << row);
            CHECK(static_cast<double>(block.sum_of(row)) == Approx(sum).epsilon(1e-5));
            CHECK(static_cast<double>(z[static_cast<std::size_t>(block_rows + row)]) ==
                  Approx(weighted).epsilon(1e-5).margin(1e-5));
            if (row != 3) { CHECK(static_cast<double>(block.top_of(row)) == top); }
        }
        CHECK(block.sum_of(3) == 0.0f);   // it sees nothing
    }
}

TEST_CASE("online: bad values touch the rows that see them, and no bit of the others", "[attention]") {
    listed_rows const rows = staircase();
    block_sight const sight{rows, 0, block_rows};
    index_t const keys = 12, dim = 2;
    drawn_tile weights(keys, 0.0f, 1.0f);
    for (index_t k = 0; k < keys; ++k) {
        for (index_t row = 0; row < block_rows; ++row) {
            if (!holds(rows.visible(row), k)) { weights.at(k, row) = 0.0f; }
        }
    }
    std::vector<float> values(static_cast<std::size_t>(keys * dim), 0.75f);
    std::vector<float> clean(static_cast<std::size_t>(dim * block_rows), 0.5f), dirty = clean;
    add_block_values(weights.scores.data(), 0, keys, {values.data(), dim}, dim, sight, clean.data());
    CHECK(finite_tile({values.data(), dim}, keys, dim));
    values[9 * dim] = std::bit_cast<float>(0x7fc00000u);
    CHECK_FALSE(finite_tile({values.data(), dim}, keys, dim));
    CHECK(finite_tile({values.data(), dim}, 9, dim));
    add_block_values(weights.scores.data(), 0, keys, {values.data(), dim}, dim, sight, dirty.data());
    for (index_t row = 0; row < block_rows; ++row) {
        auto const at = static_cast<std::size_t>(row);
        if (holds(rows.visible(row), 9)) {
            CHECK(causalmm::is_nan(dirty[at]));
        } else {
            CHECK(same_bits(dirty[at], clean[at]));
        }
        CHECK(same_bits(dirty[at + static_cast<std::size_t>(block_rows)],
                        clean[at + static_cast<std::size_t>(block_rows)]));
    }
}
