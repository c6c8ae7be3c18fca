// SPDX-License-Identifier: MIT
// Streaming of policies that act on scores before the softmax.
#include <causalmm/attention/streaming.hpp>

#include <bit>
#include <cstdint>

#include "catch.hpp"
#include "support/streaming.hpp"

using causalmm::f16;
using namespace support;   // NOLINT: helpers of the tests

static_assert(policy::score_policy<leaning>);

TEST_CASE("streaming_scores: every visibility, with grouped heads, as the oracle has it", "[attention]") {
    causalmm::visibility::list::for_each([]<class Visibility>() {
        INFO(Visibility::name);
        for (sizes const& n :
             {sizes{.batches = 1, .queries = 1, .keys = 1, .dim = 1, .value_dim = 1},
              sizes{.batches = 4, .heads = 4, .kv_heads = 2, .queries = 5, .keys = 7, .dim = 7, .value_dim = 5},
              sizes{.batches = 4, .heads = 1, .kv_heads = 1, .queries = 33, .keys = 97, .dim = 16, .value_dim = 59},
              sizes{.batches = 2, .heads = 2, .kv_heads = 2, .queries = 1, .keys = 193, .dim = 8, .value_dim = 7}}) {
            CHECK(stream_and_compare<float, float, Visibility>(leaning{}, n) == "");
        }
    });
}

TEST_CASE("streaming_scores: selections of heads, queries and key ranges", "[attention]") {
    for (selected const& where : selections()) {
        INFO(where.name);
        for (index_t const queries : {2, 40}) {
            sizes const n{
                .batches = 3, .heads = 3, .kv_heads = 1, .queries = queries, .keys = 131, .dim = 5, .value_dim = 6};
            CHECK(stream_and_compare<float, float, causal>(leaning{}, n, layout::contiguous, where) == "");
            CHECK(stream_and_compare<float, f16, padding<causal>>(leaning{}, n, layout::contiguous, where) == "");
        }
    }
}

TEST_CASE("streaming_scores: knocking out every key leaves zeros, as a fully masked row does", "[attention]") {
    for (index_t const queries : {1, 33}) {
        streaming_call<float, float, causal> call({.queries = queries, .keys = 120, .dim = 8, .value_dim = 4});
        struct all_out : leaning {
            auto score(causalmm::site const&) const noexcept {
                return [](index_t, float) noexcept { return causalmm::minus_infinity(); };
            }
        };
        REQUIRE(call.stream(all_out{}) == causalmm::errc::ok);
        for_each_index({1, 1, queries, 4}, [&](auto... i) { CHECK(call.z.view()(i...) == 0.0f); });
        REQUIRE(call.stream(all_out{}, call.z_only()) == causalmm::errc::ok);
        for_each_index({1, 1, queries, 4}, [&](auto... i) { CHECK(call.z.view()(i...) == 0.0f); });
    }
}

TEST_CASE("streaming_scores: an edit elsewhere gives factual attention", "[attention]") {
    sizes const n{.batches = 2, .heads = 4, .kv_heads = 2, .queries = 37, .keys = 111, .dim = 16, .value_dim = 9};
    streaming_call<float, float, causal> plain(n), elsewhere(n);
    elsewhere.where.layers = {{0, 3}};   // the call stands in layer 3
    REQUIRE(plain.stream(policy::identity{}) == causalmm::errc::ok);
    REQUIRE(elsewhere.stream(leaning{}) == causalmm::errc::ok);
    CHECK(elsewhere.z.same_bits(plain.z));
    CHECK(elsewhere.factual.same_bits(plain.factual));
    CHECK(elsewhere.lse.same_bits(plain.lse));
}

TEST_CASE("streaming_scores: NaN or infinity of a policy's making is reported and spoils that row's z alone",
          "[attention]") {
    struct bad_row : leaning {
        float made = 0.0f;
        auto score(causalmm::site const& where) const noexcept {
            return [bad = where.query == 7 && where.head == 1, made = made](index_t key, float s) noexcept {
                return bad && key == 2 ? made : s;
            };
        }
    };
    for (index_t const queries : {9, 33}) {
        for (std::uint32_t const bits : {0x7fc00000u, 0x7f800000u}) {
            sizes const n{.heads = 2, .kv_heads = 2, .queries = queries, .keys = queries, .dim = 8, .value_dim = 4};
            streaming_call<float, float, causal> clean(n), dirty(n), alone(n);
            bad_row bad;
            bad.made = std::bit_cast<float>(bits);
            REQUIRE(clean.stream(policy::identity{}) == causalmm::errc::ok);
            CHECK(dirty.stream(bad) == causalmm::errc::non_finite_factual);
            CHECK(alone.stream(bad, alone.z_only()) == causalmm::errc::non_finite_factual);
            CHECK(dirty.run(bad) == causalmm::errc::non_finite_factual);   // as materialized says, into z
            CHECK(dirty.stream(bad) == causalmm::errc::non_finite_factual);
            CHECK(dirty.factual.same_bits(clean.factual));
            CHECK(dirty.lse.same_bits(clean.lse));
            int wrong = 0;
            for_each_index({1, 2, queries, 4}, [&](auto b, index_t h, index_t q, index_t d) {
                bool const spoiled = h == 1 && q == 7;
                float const z = dirty.z.view()(b, h, q, d);
                wrong += (spoiled ? causalmm::is_nan(z) : same_bits(z, clean.z.view()(b, h, q, d))) ? 0 : 1;
                wrong += same_bits(z, alone.z.view()(b, h, q, d)) ? 0 : 1;
            });
            CHECK(wrong == 0);
        }
    }
}
