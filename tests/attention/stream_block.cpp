// SPDX-License-Identifier: MIT
#include <causalmm/attention/stream_block.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/streaming.hpp"

using causalmm::errc;
using causalmm::attention::detail::block_rows;
using causalmm::attention::detail::block_sight;
using causalmm::attention::detail::strip;
using namespace support;   // NOLINT: helpers of the tests

namespace {

struct listed_rows {
    std::vector<key_range> seen;
    key_range visible(index_t query) const { return seen[static_cast<std::size_t>(query)]; }
};

/// Query counts below, at and above the number of rows from which a block is worth while, and the block itself.
std::vector<index_t> edges() {
    return {block_rows / 4,
            block_rows / 4 + 1,
            block_rows - 1,
            block_rows,
            block_rows + 1,
            block_rows + block_rows / 4,
            block_rows + block_rows / 4 + 1,
            2 * block_rows};
}

}   // namespace

TEST_CASE("stream_block: a strip is the softmax of its rows, 0 where a row does not see a key", "[attention]") {
    index_t const first = 3, last = 150;   // two tiles
    listed_rows rows;
    for (index_t row = 0; row < block_rows; ++row) { rows.seen.push_back({first + row % 2, last - row}); }
    rows.seen[1] = {};
    block_sight const sight{rows, 0, block_rows};
    std::vector<float> memory(static_cast<std::size_t>((last - first) * block_rows));
    numbers next{3};
    for (float& s : memory) { s = next.in(-40.0f, 40.0f); }
    std::vector<float> const scores = memory;
    strip pattern{memory.data(), sight};
    pattern.for_each_tile([&](index_t key, index_t keys) { pattern.scored(key, keys); });
    pattern.for_each_tile([&](index_t key, index_t keys) { pattern.weigh(key, keys); });
    pattern.for_each_tile([&](index_t key, index_t keys) { pattern.normalize(key, keys); });
    for (index_t row = 0; row < block_rows; ++row) {
        auto const [from, to] = rows.visible(row);
        auto const score = [&](index_t cell) {
            return static_cast<double>(scores[static_cast<std::size_t>((cell - first) * block_rows + row)]);
        };
        double top = -HUGE_VAL, sum = 0.0, worst = 0.0;
        for (index_t cell = from; cell < to; ++cell) { top = std::max(top, score(cell)); }
        for (index_t cell = from; cell < to; ++cell) { sum += std::exp(score(cell) - top); }
        for (index_t cell = first; cell < last; ++cell) {
            double const expected = cell >= from && cell < to ? std::exp(score(cell) - top) / sum : 0.0;
            worst = std::max(worst, std::abs(static_cast<double>(pattern.row(row).get(cell)) - expected));
        }
        INFO(row);
        CHECK(worst <= 1e-5);
        if (row == 1) {
            CHECK(pattern.scale(row).max_prob == 0.0f);
            CHECK(causalmm::is_minus_infinity(pattern.scale(row).lse));
        } else {
            CHECK(static_cast<double>(pattern.scale(row).max_prob) == Approx(1.0 / sum).epsilon(1e-5));
            CHECK(static_cast<double>(pattern.scale(row).lse) == Approx(top + std::log(sum)).epsilon(1e-6));
        }
    }
}

TEST_CASE("stream_block: query counts around a block and what is left of it", "[attention]") {
    for (index_t const queries : edges()) {
        INFO(queries << " queries in blocks of " << block_rows);
        sizes const n{.batches = 4, .heads = 1, .queries = queries, .keys = queries + 2, .dim = 7, .value_dim = 6};
        CHECK(stream_and_compare<float, float, padding<causal>>(policy::reversed{}, n) == "");
        CHECK(stream_and_compare<float, float, padding<causal>>(policy::random{.seed = 2}, n) == "");
        CHECK(stream_and_compare<float, float, padding<causal>>(leaning{}, n) == "");
    }
}

TEST_CASE("stream_block: a row's bits do not depend on the rows that share its block, if they see the same keys",
          "[attention]") {
    index_t const count = block_rows;
    streaming_call<float, float, bidirectional> all({.queries = count, .keys = 101, .dim = 8, .value_dim = 5});
    REQUIRE(all.stream(policy::reversed{}) == errc::ok);
    for (index_t const kept : {index_t{0}, index_t{1}, count - 1}) {
        auto other = all;   // every other query replaced
        fill(other.query.view(), 99, -2.0f, 2.0f);
        for (index_t d = 0; d < 8; ++d) { other.query.view()(0, 0, kept, d) = all.query.view()(0, 0, kept, d); }
        REQUIRE(other.stream(policy::reversed{}) == errc::ok);
        CHECK(bit_difference(part(other.z, 0, kept, 1, 0, 5).view(), part(all.z, 0, kept, 1, 0, 5).view()) == "");
    }
}

TEST_CASE("stream_block: blocks and single rows agree", "[attention]") {
    streaming_call<float, float, causal> block({.queries = block_rows, .keys = 150, .dim = 33, .value_dim = 21});
    REQUIRE(block.stream(policy::random{}) == errc::ok);
    for (index_t q = 0; q < block_rows; ++q) {
        streaming_call<float, float, causal> row(
            {.queries = 1, .keys = 150 - block_rows + 1 + q, .dim = 33, .value_dim = 21});
        row.query = part(block.query, 0, q, 1, 0, 33);
        row.key = part(block.key, 0, 0, 150 - block_rows + 1 + q, 0, 33);
        row.value = part(block.value, 0, 0, 150 - block_rows + 1 + q, 0, 21);
        REQUIRE(row.stream(policy::random{}) == errc::ok);
        CHECK(difference(row.factual.view(), dense(part(block.factual, 0, q, 1, 0, 21).view()), 2e-6) == "");
        CHECK(difference(row.z.view(), dense(part(block.z, 0, q, 1, 0, 21).view()), 1e-4) == "");   // of a sum of 75
    }
}
