// SPDX-License-Identifier: MIT
// What is written of a head: factual and edited z, statistics, and what a bad row leaves.
#include <causalmm/attention/stream_head.hpp>

#include <array>
#include <bit>
#include <vector>

#include "catch.hpp"
#include "support/streaming.hpp"

using causalmm::errc;
using causalmm::attention::visible_keys;
using causalmm::attention::detail::edit_weights;
using causalmm::attention::detail::pattern_row;
using causalmm::backend::serial;
using namespace support;   // NOLINT: helpers of the tests

namespace {

using chained = policy::chain<policy::reversed, policy::renormalized<policy::reversed>>;

}   // namespace

TEST_CASE("stream_head: a chain edits a row one policy after the other, each measuring anew", "[attention]") {
    std::array<float, 4> row{0.5f, 0.25f, 0.125f, 0.125f};
    visible_keys const keys{{0, 4}, 0, {}};
    // reversed: 0, 1/4, 3/8, 3/8; reversed again: 3/8, 1/8, 0, 0, scaled from 1/2 to the row's mass of 1.
    CHECK(edit_weights(chained{}, pattern_row<float, true>{row.data(), 1}, keys, {}));
    CHECK(row == std::array<float, 4>{0.75f, 0.25f, 0.0f, 0.0f});
}

TEST_CASE("stream_head: a row that is not finite is reported by a chain as by one policy", "[attention]") {
    std::array<float, 3> row{0.5f, std::bit_cast<float>(0x7fc00000u), 0.25f};
    visible_keys const keys{{0, 3}, 0, {}};
    CHECK_FALSE(edit_weights(policy::reversed{}, pattern_row<float, true>{row.data(), 1}, keys, {}));
    CHECK_FALSE(edit_weights(chained{}, pattern_row<float, true>{row.data(), 1}, keys, {}));
    CHECK(row[0] == 0.5f);
}

TEST_CASE("stream_head: query heads read their kv head's keys, values and kept sum", "[attention]") {
    for (index_t const queries : {1, 33}) {
        sizes const n{
            .batches = 2, .heads = 6, .kv_heads = 2, .queries = queries, .keys = 40, .dim = 8, .value_dim = 5};
        streaming_call<float, float, bidirectional> grouped(n);
        sizes every = n;
        every.kv_heads = 6;
        streaming_call<float, float, bidirectional> repeated(every);
        repeated.query = grouped.query;
        auto const repeat = [](tensor<float> const& from, tensor<float>& to) {
            for_each_index(to.view().extents, [&](index_t b, index_t h, index_t k, index_t d) {
                to.view()(b, h, k, d) = from.view()(b, h / 3, k, d);
            });
        };
        repeat(grouped.key, repeated.key);
        repeat(grouped.value, repeated.value);
        REQUIRE(grouped.stream(policy::reversed{}) == errc::ok);
        REQUIRE(repeated.stream(policy::reversed{}) == errc::ok);
        CHECK(grouped.z.same_bits(repeated.z));
        CHECK(grouped.lse.same_bits(repeated.lse));
    }
}

TEST_CASE("stream_head: rows that an edit does not select hold factual z bit for bit", "[attention]") {
    auto const check = [](auto const& p) {
        INFO(p.name);
        for (index_t const queries : {3, 33}) {
            streaming_call<float, float, causal> call(
                {.heads = 2, .queries = queries, .keys = 40, .dim = 8, .value_dim = 5});
            call.where = {.heads = {{1, 2}}, .queries = {{40 - queries + 1, 40 - queries + 2}}};   // the second row
            REQUIRE(call.stream(p) == errc::ok);
            for_each_index({1, 2, queries, 1}, [&](index_t, index_t h, index_t q, index_t) {
                bool same = true;
                for (index_t d = 0; d < 5; ++d) {
                    same = same && same_bits(call.z.view()(0, h, q, d), call.factual.view()(0, h, q, d));
                }
                CHECK(same == !(h == 1 && q == 1));
            });
        }
    };
    check(policy::reversed{});
    check(policy::random{});
    check(policy::shuffled{});
    check(policy::reversed{.over = policy::scope::map});
    check(leaning{});
}

TEST_CASE("stream_head: each output may be left out, the others keep their bits", "[attention]") {
    auto const check = [](auto const& p) {
        INFO(p.name);
        for (index_t const queries : {1, 33}) {
            sizes const n{.heads = 2, .queries = queries, .keys = 40, .dim = 8, .value_dim = 5};
            streaming_call<float, float, causal> all(n);
            REQUIRE(all.stream(p) == errc::ok);
            for (int left_out = 0; left_out < 3; ++left_out) {
                streaming_call<float, float, causal> some(n);
                streams out = some.everything();
                if (left_out == 0) { out.factual = {}; }
                if (left_out == 1) { out.statistics.max_prob = {}; }
                if (left_out == 2) { out.statistics.lse = {}; }
                auto const untouched = some;
                REQUIRE(some.stream(p, out) == errc::ok);
                CHECK(some.z.same_bits(all.z));
                CHECK(some.factual.same_bits(left_out == 0 ? untouched.factual : all.factual));
                if (left_out > 0 || !policy::score_policy<std::decay_t<decltype(p)>>) {
                    CHECK(some.max_prob.same_bits(left_out == 1 ? untouched.max_prob : all.max_prob));
                    CHECK(some.lse.same_bits(left_out == 2 ? untouched.lse : all.lse));
                }
            }
        }
    };
    check(policy::reversed{});
    check(policy::random{});
    check(leaning{});
}
