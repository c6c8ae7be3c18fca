// SPDX-License-Identifier: MIT
// Streaming of policies that need the weights of a row side by side: draws, permutations, chains.
#include <causalmm/attention/streaming.hpp>

#include "catch.hpp"
#include "support/streaming.hpp"

using causalmm::bf16;
using causalmm::f16;
using namespace support;   // NOLINT: helpers of the tests

using weight_policies = decltype(of_kind<is_side_by_side>(policy::list{}));
using drawn = policy::random;

TEMPLATE_LIST_TEST_CASE("streaming_weights: every policy and visibility, with grouped heads, as the oracle has it",
                        "[attention]", weight_policies) {
    INFO(TestType::name);
    causalmm::visibility::list::for_each([]<class Visibility>() {
        INFO(Visibility::name);
        for (sizes const& n :
             {sizes{.batches = 1, .queries = 1, .keys = 1, .dim = 1, .value_dim = 1},
              sizes{.batches = 4, .heads = 4, .kv_heads = 2, .queries = 5, .keys = 7, .dim = 7, .value_dim = 5},
              sizes{.batches = 4, .heads = 1, .kv_heads = 1, .queries = 33, .keys = 97, .dim = 16, .value_dim = 59},
              sizes{.batches = 2, .heads = 2, .kv_heads = 2, .queries = 1, .keys = 193, .dim = 8, .value_dim = 7}}) {
            CHECK(stream_and_compare<float, float, Visibility>(seeded<TestType>(), n) == "");
        }
    });
}

TEST_CASE("streaming_weights: N16 dims, key counts around registers and tiles, and query counts around blocks",
          "[attention]") {
    drawn const p{.seed = 5, .scale = 2.0f};
    for (index_t const dim : {1, 7, 59, 64, 128}) {
        CHECK(stream_and_compare<float, float, causal>(p, {.queries = 33, .keys = 35, .dim = dim, .value_dim = dim}) ==
              "");
    }
    for (index_t const keys : {1, 2, 15, 16, 17, 31, 32, 33, 64, 191, 192, 193, 577}) {
        INFO("keys " << keys);
        for (index_t const queries : {1, 9}) {
            CHECK(stream_and_compare<float, float, causal>(
                      p, {.queries = queries, .keys = keys, .dim = 8, .value_dim = 3}) == "");
        }
    }
    for (index_t const queries : {1, 3, 8, 9, 31, 32, 33, 65, 257}) {
        INFO("queries " << queries);
        CHECK(stream_and_compare<float, float, padding<causal>>(
                  p, {.queries = queries, .keys = queries + 33, .dim = 7, .value_dim = 6}) == "");
    }
}

TEST_CASE("streaming_weights: queries and cache of different element types", "[attention]") {
    for (index_t const queries : {1, 33}) {
        sizes const n{
            .batches = 2, .heads = 4, .kv_heads = 2, .queries = queries, .keys = 119, .dim = 33, .value_dim = 19};
        CHECK(stream_and_compare<float, f16, padding<causal>>(drawn{}, n) == "");
        CHECK(stream_and_compare<float, bf16, padding<causal>>(drawn{}, n) == "");
    }
}

TEMPLATE_LIST_TEST_CASE("streaming_weights: edits keep to the selected heads, queries and key ranges", "[attention]",
                        weight_policies) {
    INFO(TestType::name);
    for (selected const& where : selections()) {
        INFO(where.name);
        for (index_t const queries : {2, 40}) {
            sizes const n{
                .batches = 3, .heads = 3, .kv_heads = 1, .queries = queries, .keys = 131, .dim = 5, .value_dim = 6};
            CHECK(stream_and_compare<float, float, padding<causal>>(seeded<TestType>(), n, layout::contiguous, where) ==
                  "");
        }
    }
}

TEST_CASE("streaming_weights: chains, each edit measuring what the one before it left", "[attention]") {
    using policy::chain;
    for (selected const& where : selections()) {
        INFO(where.name);
        for (index_t const queries : {2, 40}) {
            sizes const n{
                .batches = 2, .heads = 3, .kv_heads = 1, .queries = queries, .keys = 41, .dim = 5, .value_dim = 6};
            CHECK(stream_and_compare<float, float, causal>(chain<policy::reversed, policy::shuffled>{}, n,
                                                           layout::contiguous, where) == "");
            CHECK(stream_and_compare<float, float, padding<causal>>(
                      chain<drawn, policy::renormalized<policy::reversed>>{}, n, layout::contiguous, where) == "");
        }
    }
}

TEST_CASE("streaming_weights: an edit elsewhere gives factual attention", "[attention]") {
    sizes const n{.batches = 2, .heads = 4, .kv_heads = 2, .queries = 37, .keys = 111, .dim = 16, .value_dim = 9};
    streaming_call<float, float, causal> plain(n), elsewhere(n);
    elsewhere.where.layers = {{0, 3}};   // the call stands in layer 3
    REQUIRE(plain.stream(policy::identity{}) == causalmm::errc::ok);
    REQUIRE(elsewhere.stream(policy::shuffled{}) == causalmm::errc::ok);
    CHECK(elsewhere.z.same_bits(plain.z));
    CHECK(elsewhere.factual.same_bits(plain.factual));
    CHECK(elsewhere.lse.same_bits(plain.lse));
}
