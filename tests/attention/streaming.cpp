// SPDX-License-Identifier: MIT
// Affine policies, whose edit has a closed form, and what is common to all: dtypes, layouts, sizes. Others: streaming_*.cpp.
#include <causalmm/attention/streaming.hpp>

#include <string>

#include "catch.hpp"
#include "support/streaming.hpp"

using causalmm::bf16;
using causalmm::f16;
using namespace support;   // NOLINT: helpers of the tests

using affine_policies = decltype(of_kind<is_affine>(policy::list{}));

TEMPLATE_LIST_TEST_CASE("streaming: every affine policy and visibility, with grouped heads, as the oracle has it",
                        "[attention]", affine_policies) {
    INFO(TestType::name);
    causalmm::visibility::list::for_each([]<class Visibility>() {
        INFO(Visibility::name);
        for (sizes const& n :
             {sizes{.batches = 1, .queries = 1, .keys = 1, .dim = 1, .value_dim = 1},
              sizes{.batches = 4, .heads = 4, .kv_heads = 2, .queries = 5, .keys = 7, .dim = 7, .value_dim = 5},
              sizes{.batches = 1, .heads = 3, .kv_heads = 1, .queries = 17, .keys = 17, .dim = 40, .value_dim = 16},
              sizes{.batches = 4, .heads = 1, .kv_heads = 1, .queries = 33, .keys = 97, .dim = 16, .value_dim = 59},
              sizes{.batches = 2, .heads = 2, .kv_heads = 2, .queries = 1, .keys = 193, .dim = 8, .value_dim = 7}}) {
            CHECK(stream_and_compare<float, float, Visibility>(TestType{}, n) == "");
        }
    });
}

TEST_CASE("streaming: N16 odd dims, key counts around registers and tiles, and query counts around blocks",
          "[attention]") {
    using reversed = policy::reversed;
    for (index_t const dim : {1, 7, 40, 59, 64, 111, 128}) {
        INFO("dim " << dim);
        CHECK(stream_and_compare<float, float, causal>(
                  reversed{}, {.queries = 33, .keys = 35, .dim = dim, .value_dim = dim}) == "");
        CHECK(stream_and_compare<float, float, causal>(
                  reversed{}, {.queries = 1, .keys = 9, .dim = dim, .value_dim = 129 - dim}) == "");
    }
    for (index_t const keys : {1, 2, 15, 16, 17, 31, 32, 33, 64, 191, 192, 193, 577}) {
        INFO("keys " << keys);
        for (index_t const queries : {1, 9}) {
            CHECK(stream_and_compare<float, float, causal>(
                      reversed{}, {.queries = queries, .keys = keys, .dim = 8, .value_dim = 3}) == "");
            CHECK(stream_and_compare<float, float, bidirectional>(
                      reversed{}, {.queries = queries, .keys = keys, .dim = 5, .value_dim = 17}) == "");
        }
    }
    for (index_t const queries : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 41, 65, 257}) {
        INFO("queries " << queries);
        CHECK(stream_and_compare<float, float, padding<causal>>(
                  reversed{}, {.queries = queries, .keys = queries + 33, .dim = 7, .value_dim = 6}) == "");
    }
}

TEST_CASE("streaming: the encoder of LLaVA, 577 x 577", "[attention]") {
    CHECK(stream_and_compare<float, float, bidirectional>(
              policy::renormalized<policy::reversed>{},
              {.heads = 1, .queries = 577, .keys = 577, .dim = 16, .value_dim = 16}) == "");
}

TEST_CASE("streaming: N72 queries and cache of every element type", "[attention]") {
    for (index_t const queries : {1, 33}) {
        sizes const n{
            .batches = 2, .heads = 4, .kv_heads = 2, .queries = queries, .keys = 119, .dim = 33, .value_dim = 19};
        CHECK(stream_and_compare<float, f16, padding<causal>>(policy::reversed{}, n) == "");
        CHECK(stream_and_compare<float, bf16, padding<causal>>(policy::reversed{}, n) == "");
        CHECK(stream_and_compare<f16, f16, padding<causal>>(policy::uniform{}, n) == "");
        CHECK(stream_and_compare<bf16, bf16, padding<causal>>(policy::uniform{}, n) == "");
        CHECK(stream_and_compare<double, double, bidirectional>(policy::reversed{}, n) == "");
        CHECK(stream_and_compare<double, float, bidirectional>(policy::reversed{}, n) == "");
    }
}

TEST_CASE("streaming: N74 tensors laid out as engines lay them out give the bits of contiguous ones", "[attention]") {
    for (index_t const queries : {1, 33}) {
        sizes const n{
            .batches = 2, .heads = 4, .kv_heads = 2, .queries = queries, .keys = 101, .dim = 16, .value_dim = 9};
        streaming_call<float, float, causal> plain(n);
        REQUIRE(plain.stream(policy::reversed{}) == causalmm::errc::ok);
        for (layout const how : {layout::rows_apart, layout::heads_inside}) {
            streaming_call<float, float, causal> apart(n, how);
            auto const between = apart;
            REQUIRE(apart.stream(policy::reversed{}) == causalmm::errc::ok);
            CHECK(bit_difference(apart.z.view(), plain.z.view()) == "");
            CHECK(bit_difference(apart.factual.view(), plain.factual.view()) == "");
            CHECK(bit_difference(apart.max_prob.view(), plain.max_prob.view()) == "");
            CHECK(bit_difference(apart.lse.view(), plain.lse.view()) == "");
            for_each_index({2, 4, queries, 9}, [&](auto... i) { apart.z.view()(i...) = between.z.view()(i...); });
            CHECK(apart.z.same_bits(between.z));   // nothing between the rows was written
            CHECK(apart.key.same_bits(between.key));
            CHECK(apart.value.same_bits(between.value));
            CHECK(apart.query.same_bits(between.query));
        }
    }
}

TEMPLATE_LIST_TEST_CASE("streaming: affine edits keep to the selected heads, queries and key ranges", "[attention]",
                        affine_policies) {
    INFO(TestType::name);
    for (selected const& where : selections()) {
        INFO(where.name);
        for (index_t const queries : {2, 40}) {
            sizes const n{
                .batches = 3, .heads = 3, .kv_heads = 1, .queries = queries, .keys = 131, .dim = 5, .value_dim = 6};
            CHECK(stream_and_compare<float, float, causal>(TestType{}, n, layout::contiguous, where) == "");
            CHECK(stream_and_compare<float, float, padding<causal>>(TestType{}, n, layout::contiguous, where) == "");
        }
    }
}

TEST_CASE("streaming: statistics of the whole map, for affine policies", "[attention]") {
    auto const over = policy::scope::map;
    selected const rows{.name = "rows", .where = {.queries = {{1, 30}}}, .queries = {{{1, 30}}}};
    for (index_t const queries : {1, 3, 40, 300}) {
        INFO("queries " << queries);
        sizes const n{
            .batches = 2, .heads = 2, .kv_heads = 1, .queries = queries, .keys = queries + 3, .dim = 5, .value_dim = 6};
        CHECK(stream_and_compare<float, float, bidirectional>(policy::reversed{.over = over}, n) == "");
        CHECK(stream_and_compare<float, float, causal>(policy::uniform{.over = over}, n) == "");
        CHECK(stream_and_compare<float, float, causal>(policy::reversed{.over = over}, n, layout::contiguous, rows) ==
              "");
        CHECK(stream_and_compare<float, float, padding<causal>>(
                  policy::renormalized<policy::reversed>{.policy = {.over = over}}, n) == "");
    }
}

TEST_CASE("streaming: an edit elsewhere, identity, and no edit at all give the same bits", "[attention]") {
    sizes const n{.batches = 2, .heads = 4, .kv_heads = 2, .queries = 37, .keys = 111, .dim = 16, .value_dim = 9};
    streaming_call<float, float, causal> plain(n), elsewhere(n), same(n);
    plain.workspace.resize(workspace_bytes(policy::identity{}, plain.inputs()));
    REQUIRE(streaming(causalmm::backend::serial{}, plain.inputs(), plain.sights.policy(), plain.everything(),
                      plain.workspace) == causalmm::errc::ok);
    elsewhere.where.layers = {{0, 3}};   // the call stands in layer 3
    REQUIRE(elsewhere.stream(policy::reversed{}) == causalmm::errc::ok);
    REQUIRE(same.stream(policy::identity{}) == causalmm::errc::ok);
    for (auto const* each : {&elsewhere, &same}) {
        CHECK(each->z.same_bits(plain.z));
        CHECK(each->factual.same_bits(plain.factual));
        CHECK(each->max_prob.same_bits(plain.max_prob));
        CHECK(each->lse.same_bits(plain.lse));
    }
    CHECK(plain.z.same_bits(plain.factual));
}

TEST_CASE("streaming: renormalized rows that are nearly flat, down to what a float's rounding leaves", "[attention]") {
    // reversed leaves a share of about `spread` of such a row, so errors of 2^-23 in z and max_prob grow by 1 / spread.
    for (float const spread : {1e-1f, 1e-2f, 1e-3f, 1e-4f, 0.0f}) {
        for (index_t const queries : {1, 33}) {
            streaming_call<float, float, causal> call({.queries = queries, .keys = 120, .dim = 1, .value_dim = 3});
            call.scale = spread;
            oracle::setting const s = call.setting();
            oracle::array4 const factual =
                oracle::pattern(dense(call.query.view()), dense(call.key.view()), static_cast<double>(call.scale), s);
            policy::renormalized<policy::reversed> const p{};
            oracle::array4 const z = oracle::weighted(oracle::edited(p, factual, s), dense(call.value.view()), s);
            REQUIRE(call.stream(p) == causalmm::errc::ok);
            INFO(spread << ", " << queries << " queries");
            // A query near 0 flattens its row further: the smallest here is a fiftieth.
            double const allowed = spread > 0.0f ? 1e-5 / static_cast<double>(spread) : 1e-6;
            CHECK(difference(call.z.view(), z, allowed) == "");
        }
    }
}
