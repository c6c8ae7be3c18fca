// SPDX-License-Identifier: MIT
// Rows of attention::streaming that have no keys, hold no numbers or extreme ones: cases N01 to N08. All by bits, so that the
// file also runs under -ffast-math (see tests/CMakeLists.txt).
#include <causalmm/attention/streaming.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <tuple>

#include "catch.hpp"
#include "support/streaming.hpp"

using causalmm::errc;
using causalmm::is_finite;
using causalmm::is_minus_infinity;
using causalmm::is_nan;
using namespace support;   // NOLINT: helpers of the tests

namespace {

float const not_a_number = std::bit_cast<float>(0x7fc00000u);
float const infinity = std::bit_cast<float>(0x7f800000u);

bool positive_zero(float x) { return std::bit_cast<std::uint32_t>(x) == 0; }

/// Query counts for which rows run one by one, as one block, and as blocks and rows.
constexpr index_t query_counts[] = {5, 32, 67};

/// One of each verb, and one whose closed form divides.
using policies =
    std::tuple<policy::reversed, policy::renormalized<policy::reversed>, policy::random, policy::shuffled, leaning>;

/// Everything that a call has written, the rows for which `skipped` is true left out.
template <class Call, class Skipped>
std::string bits_differ(Call& got, Call& expected, Skipped const& skipped) {
    auto const compare = [&](tensor<float>& left, tensor<float>& right) {
        for_each_index(left.view().extents, [&](index_t b, index_t h, index_t q, index_t d) {
            if (skipped(b, h, q)) { left.view()(b, h, q, d) = right.view()(b, h, q, d); }
        });
        return bit_difference(left.view(), right.view());
    };
    std::string wrong = compare(got.z, expected.z);
    for (auto const part : {&Call::factual, &Call::max_prob, &Call::lse}) {
        if (wrong.empty()) { wrong = compare(got.*part, expected.*part); }
    }
    return wrong;
}
auto const none = [](index_t, index_t, index_t) { return false; };

/// Whether z, factual z and statistics of one row are all NaN.
template <class Call>
bool spoiled(Call& call, index_t b, index_t h, index_t q) {
    bool all = is_nan(rows_of(call.max_prob)(b, h, q)) && is_nan(rows_of(call.lse)(b, h, q));
    for (index_t d = 0; d < call.z.view().extent(3); ++d) {
        all = all && is_nan(call.z.view()(b, h, q, d)) && is_nan(call.factual.view()(b, h, q, d));
    }
    return all;
}

}   // namespace

TEMPLATE_LIST_TEST_CASE("streaming_rows: N01 a fully masked row gives zeros, whatever the memory held", "[attention]",
                        policies) {
    INFO(TestType::name);
    for (index_t const queries : query_counts) {
        // Batch row 3 is all padding; row 0 is padded on the left, so its first queries see nothing either.
        streaming_call<float, float, padding<causal>> call(
            {.batches = 4, .heads = 2, .queries = queries, .keys = queries, .dim = 8, .value_dim = 3});
        fill(call.z.view(), 8, 5.0f, 6.0f);
        fill(call.factual.view(), 8, 5.0f, 6.0f);
        REQUIRE(call.stream(TestType{}) == errc::ok);
        int wrong = 0;
        for_each_index({4, 2, queries, 3}, [&](index_t b, index_t h, index_t q, index_t d) {
            if (b != 3 && !(b == 0 && q < 2)) { return; }
            wrong += positive_zero(call.z.view()(b, h, q, d)) && positive_zero(call.factual.view()(b, h, q, d)) ? 0 : 1;
            wrong += positive_zero(rows_of(call.max_prob)(b, h, q)) ? 0 : 1;
            wrong += is_minus_infinity(rows_of(call.lse)(b, h, q)) ? 0 : 1;
        });
        CHECK(wrong == 0);
    }
}

TEMPLATE_LIST_TEST_CASE("streaming_rows: N01 no key at all is a fully masked row", "[attention]", policies) {
    INFO(TestType::name);
    for (index_t const queries : query_counts) {
        streaming_call<float, float, bidirectional> call(
            {.batches = 2, .queries = queries, .keys = 0, .dim = 8, .value_dim = 6});
        fill(call.z.view(), 8, 5.0f, 6.0f);
        REQUIRE(call.stream(TestType{}) == errc::ok);
        for_each_index({2, 1, queries, 6}, [&](auto... i) { CHECK(positive_zero(call.z.view()(i...))); });
        CHECK(is_minus_infinity(rows_of(call.lse)(1, 0, queries - 1)));
    }
}

TEMPLATE_LIST_TEST_CASE("streaming_rows: N03 NaN and infinity in masked keys and values change no bit", "[attention]",
                        policies) {
    INFO(TestType::name);
    for (index_t const queries : query_counts) {
        sizes const n{.batches = 3,
                      .heads = 4,
                      .kv_heads = 2,
                      .queries = queries,
                      .keys = queries + 120,
                      .dim = 8,
                      .value_dim = 5};
        streaming_call<float, float, padding<causal>> clean(n), dirty(n);
        for (index_t b = 0; b < 3; ++b) {
            auto const valid = valid_cells(3, n.keys)[static_cast<std::size_t>(b)];
            for (index_t k = 0; k < n.keys; ++k) {
                if (k >= valid.begin && k < valid.end) { continue; }
                for (index_t h = 0; h < 2; ++h) {
                    dirty.key.view()(b, h, k, 1) = k % 2 == 0 ? not_a_number : infinity;
                    dirty.value.view()(b, h, k, 2) = k % 2 == 0 ? infinity : not_a_number;
                }
            }
        }
        REQUIRE(clean.stream(TestType{}) == errc::ok);
        REQUIRE(dirty.stream(TestType{}) == errc::ok);
        CHECK(bits_differ(dirty, clean, none) == "");
    }
}

TEMPLATE_LIST_TEST_CASE("streaming_rows: N06 a bad key or value reaches the rows that see it, and no bit of any other",
                        "[attention]", policies) {
    INFO(TestType::name);
    for (index_t const queries : query_counts) {
        sizes const n{.heads = 2, .kv_heads = 2, .queries = queries, .keys = queries + 100, .dim = 8, .value_dim = 5};
        for (index_t const bad : {index_t{103}, queries + 97}) {
            auto const sees = [bad](index_t, index_t h, index_t q) { return h == 1 && q + 100 >= bad; };
            streaming_call<float, float, causal> clean(n), dirty(n);
            INFO(queries << " queries, key " << bad);
            REQUIRE(clean.stream(TestType{}) == errc::ok);

            dirty.value.view()(0, 1, bad, 3) = not_a_number;   // shows in z alone
            REQUIRE(dirty.stream(TestType{}) == errc::ok);
            CHECK(bits_differ(dirty, clean, sees) == "");

            dirty.value = clean.value;
            dirty.key.view()(0, 1, bad, 3) = bad % 2 == 0 ? not_a_number : infinity;
            CHECK(dirty.stream(TestType{}) == errc::non_finite_factual);
            for (index_t q = 0; q < queries; ++q) { CHECK(spoiled(dirty, 0, 1, q) == sees(0, 1, q)); }
            CHECK(bits_differ(dirty, clean, sees) == "");
        }
    }
}

TEMPLATE_LIST_TEST_CASE("streaming_rows: N05 N06 a bad query spoils its own row only, and the status says so",
                        "[attention]", policies) {
    INFO(TestType::name);
    sizes const n{.batches = 2, .heads = 2, .kv_heads = 1, .queries = 67, .keys = 67, .dim = 8, .value_dim = 5};
    for (float const bad : {not_a_number, infinity, -infinity}) {
        for (index_t const at : {0, 3, 31, 66}) {
            auto const row = [at](index_t b, index_t h, index_t q) { return b == 0 && h == 1 && q == at; };
            streaming_call<float, float, causal> clean(n), dirty(n);
            dirty.query.view()(0, 1, at, 4) = bad;
            REQUIRE(clean.stream(TestType{}) == errc::ok);
            CHECK(dirty.stream(TestType{}) == errc::non_finite_factual);
            CHECK(spoiled(dirty, 0, 1, at));
            CHECK(bits_differ(dirty, clean, row) == "");
        }
    }
}

TEST_CASE("streaming_rows: N06 a bad row takes no part in the statistics of a map", "[attention]") {
    for (index_t const queries : query_counts) {
        streaming_call<float, float, bidirectional> call({.queries = queries, .keys = 40, .dim = 4, .value_dim = 2});
        call.query.view()(0, 0, 2, 1) = not_a_number;
        CHECK(call.stream(policy::reversed{.over = policy::scope::map}) == errc::non_finite_factual);
        for (index_t q = 0; q < queries; ++q) {
            CHECK(spoiled(call, 0, 0, q) == (q == 2));
            CHECK((q == 2 || is_finite(call.z.view()(0, 0, q, 1))));
        }
    }
}

TEMPLATE_LIST_TEST_CASE("streaming_rows: N04 N07 very low scores and large spreads", "[attention]", policies) {
    INFO(TestType::name);
    for (index_t const queries : query_counts) {
        streaming_call<float, float, bidirectional> call({.queries = queries, .keys = 200, .dim = 1, .value_dim = 1});
        call.scale = 1.0f;
        fill(call.query.view(), 1, 1.0f, 1.0f);
        for (index_t k = 0; k < 200; ++k) {
            call.key.view()(0, 0, k, 0) = -2.45e5f;
            call.value.view()(0, 0, k, 0) = static_cast<float>(k);
        }
        REQUIRE(call.stream(TestType{}) == errc::ok);
        for (index_t q = 0; q < queries; ++q) {   // equal scores: the mean of 0 ... 199
            CHECK(call.factual.view()(0, 0, q, 0) == Approx(99.5).epsilon(1e-6));
            CHECK(rows_of(call.max_prob)(0, 0, q) == Approx(1.0 / 200).epsilon(1e-6));
            CHECK(rows_of(call.lse)(0, 0, q) == Approx(-2.45e5 + std::log(200.0)).epsilon(1e-7));
        }
        call.key.view()(0, 0, 150, 0) = -2.4e5f;   // a spread of 5,000: the rest is exactly zero
        REQUIRE(call.stream(TestType{}) == errc::ok);
        for (index_t q = 0; q < queries; ++q) {
            CHECK(call.factual.view()(0, 0, q, 0) == Approx(150.0).epsilon(2e-7));   // 1 / 1 may be an estimate
            CHECK(rows_of(call.max_prob)(0, 0, q) == 1.0f);
            CHECK(rows_of(call.lse)(0, 0, q) == -2.4e5f);
        }
    }
}

TEST_CASE("streaming_rows: N07 whichever tile holds the largest score, what is 104 below it weighs nothing",
          "[attention]") {
    for (index_t const queries : query_counts) {
        for (index_t const top : {0, 95, 96, 191, 192, 199}) {
            streaming_call<float, float, bidirectional> call(
                {.queries = queries, .keys = 200, .dim = 1, .value_dim = 2});
            call.scale = 1.0f;
            fill(call.query.view(), 1, 1.0f, 1.0f);
            fill(call.key.view(), 1, -300.0f, -104.0f);
            call.key.view()(0, 0, top, 0) = 3.0f;
            REQUIRE(call.stream(policy::reversed{}) == errc::ok);
            for (index_t q = 0; q < queries; ++q) {
                CHECK(call.factual.view()(0, 0, q, 1) == call.value.view()(0, 0, top, 1));
                CHECK(rows_of(call.lse)(0, 0, q) == 3.0f);
            }
        }
    }
}

TEST_CASE("streaming_rows: N02 N08 flat rows and single keys: reversed leaves nothing, renormalized the mean",
          "[attention]") {
    for (index_t const keys : {1, 2, 40, 577}) {
        for (index_t const queries : query_counts) {
            streaming_call<float, float, bidirectional> call(
                {.queries = queries, .keys = keys, .dim = 4, .value_dim = 1});
            for_each_index({1, 1, keys, 4}, [&](auto... i) { call.key.view()(i...) = 0.25f; });
            double mean = 0.0;
            for (index_t k = 0; k < keys; ++k) {
                call.value.view()(0, 0, k, 0) = static_cast<float>(k % 7);
                mean += static_cast<double>(k % 7) / static_cast<double>(keys);
            }
            INFO(keys << " keys, " << queries << " queries");
            REQUIRE(call.stream(policy::reversed{}) == errc::ok);
            for (index_t q = 0; q < queries; ++q) { CHECK(std::abs(call.z.view()(0, 0, q, 0)) <= 1e-5f); }
            REQUIRE(call.stream(policy::renormalized<policy::reversed>{}) == errc::ok);
            for (index_t q = 0; q < queries; ++q) { CHECK(call.z.view()(0, 0, q, 0) == Approx(mean).margin(1e-5)); }
        }
    }
}
