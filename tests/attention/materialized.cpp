// SPDX-License-Identifier: MIT
#include <causalmm/attention/materialized.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <causalmm/backend/serial.hpp>
#include <causalmm/intervention.hpp>

#include "catch.hpp"
#include "support/attending.hpp"

using causalmm::bf16;
using causalmm::errc;
using causalmm::f16;
using causalmm::backend::serial;
using namespace support;   // NOLINT: helpers of the tests

namespace {

using drawn = policy::random;

/// Score policies from outside the library.
struct cooler {
    static constexpr std::string_view name = "cooler";
    causalmm::status check() const noexcept { return {}; }
    auto score(causalmm::site const&) const noexcept {
        return [](index_t, float s) noexcept { return 0.5f * s; };
    }
};
struct without_odd_keys {
    static constexpr std::string_view name = "without_odd_keys";
    causalmm::status check() const noexcept { return {}; }
    auto score(causalmm::site const&) const noexcept {
        return [](index_t key, float s) noexcept { return key % 2 == 1 ? causalmm::minus_infinity() : s; };
    }
};

}   // namespace

TEMPLATE_LIST_TEST_CASE("materialized: every policy and visibility, with grouped heads, as the oracle has it",
                        "[attention]", policy::list) {
    INFO(TestType::name);
    causalmm::visibility::list::for_each([]<class Visibility>() {
        INFO(Visibility::name);
        for (sizes const& n :
             {sizes{.batches = 1, .queries = 1, .keys = 1, .dim = 1, .value_dim = 1},
              sizes{.batches = 4, .heads = 4, .kv_heads = 2, .queries = 5, .keys = 7, .dim = 7, .value_dim = 5},
              sizes{.batches = 1, .heads = 3, .kv_heads = 1, .queries = 17, .keys = 17, .dim = 40, .value_dim = 16},
              sizes{.batches = 2, .heads = 2, .kv_heads = 2, .queries = 16, .keys = 33, .dim = 16, .value_dim = 59}}) {
            CHECK(attend_and_compare<float, float, Visibility>(TestType{}, n) == "");
        }
    });
}

TEST_CASE("materialized: N16 odd dims and key counts", "[attention]") {
    for (index_t const dim : {1, 7, 40, 59, 111, 128, 256}) {
        CHECK(attend_and_compare<float, float, causal>(policy::reversed{},
                                                       {.queries = 3, .keys = 9, .dim = dim, .value_dim = dim}) == "");
    }
    for (index_t const keys : {1, 2, 15, 16, 17, 31, 32, 33, 97, 1025}) {
        CHECK(attend_and_compare<float, float, causal>(policy::identity{},
                                                       {.queries = 2, .keys = keys, .dim = 8, .value_dim = 3}) == "");
    }
}

TEST_CASE("materialized: N72 queries and cache of different element types", "[attention]") {
    sizes const n{.batches = 2, .heads = 4, .kv_heads = 2, .queries = 5, .keys = 19, .dim = 33, .value_dim = 17};
    CHECK(attend_and_compare<float, f16, padding<causal>>(policy::reversed{}, n) == "");
    CHECK(attend_and_compare<float, bf16, padding<causal>>(drawn{}, n) == "");
    CHECK(attend_and_compare<f16, f16, causal>(policy::shuffled{}, n) == "");
    CHECK(attend_and_compare<double, double, bidirectional>(policy::uniform{}, n) == "");
}

TEST_CASE("materialized: N74 tensors cut out of larger ones give the bits of contiguous ones", "[attention]") {
    sizes const n{.batches = 2, .heads = 4, .kv_heads = 2, .queries = 6, .keys = 11, .dim = 16, .value_dim = 9};
    attention_call<float, float, causal> plain(n), apart(n, layout::rows_apart);
    REQUIRE(plain.run(policy::reversed{}) == errc::ok);
    REQUIRE(apart.run(policy::reversed{}) == errc::ok);
    CHECK(bit_difference(apart.pattern.view(), plain.pattern.view()) == "");
    CHECK(bit_difference(apart.z.view(), plain.z.view()) == "");
}

TEST_CASE("materialized: N77 inputs are never written", "[attention]") {
    sizes const n{.batches = 2, .heads = 2, .kv_heads = 1, .queries = 6, .keys = 11, .dim = 16, .value_dim = 9};
    attention_call<float, f16, causal> call(n, layout::rows_apart);
    auto const query = call.query;
    auto const key = call.key;
    auto const value = call.value;
    REQUIRE(call.run(policy::renormalized<drawn>{}) == errc::ok);
    CHECK(call.query.same_bits(query));
    CHECK(call.key.same_bits(key));
    CHECK(call.value.same_bits(value));
}

TEST_CASE("materialized: a score policy acts before the softmax", "[attention]") {
    sizes const n{.batches = 1, .heads = 2, .kv_heads = 2, .queries = 9, .keys = 9, .dim = 8, .value_dim = 4};
    attention_call<float, float, causal> call(n);
    REQUIRE(call.run(cooler{}) == errc::ok);
    oracle::setting s = call.sights.setting();
    oracle::array4 const cooled =
        oracle::pattern(dense(call.query.view()), dense(call.key.view()), 0.5 * static_cast<double>(call.scale), s);
    CHECK(difference(call.pattern.view(), cooled, 2e-6) == "");

    REQUIRE(call.run(without_odd_keys{}) == errc::ok);
    s.visible = [&](index_t b, index_t q, index_t k) { return k % 2 == 0 && call.sights.visible(b, q, k); };
    oracle::array4 const even =
        oracle::pattern(dense(call.query.view()), dense(call.key.view()), static_cast<double>(call.scale), s);
    CHECK(difference(call.pattern.view(), even, 2e-6) == "");
    CHECK(difference(call.z.view(), oracle::weighted(even, dense(call.value.view()), s), 4e-6) == "");
}

TEST_CASE("materialized: a score policy keeps to the selected heads, rows and keys", "[attention]") {
    sizes const n{.batches = 1, .heads = 2, .kv_heads = 2, .queries = 9, .keys = 9, .dim = 8, .value_dim = 4};
    attention_call<float, float, causal> call(n), factual(n);
    call.where = {.heads = {{1, 2}}, .queries = {{4, 9}}, .keys = {{0, 4}}};
    REQUIRE(call.run(without_odd_keys{}) == errc::ok);
    REQUIRE(factual.run(policy::identity{}) == errc::ok);
    for_each_index({1, 2, 9, 9}, [&](index_t b, index_t h, index_t q, index_t k) {
        bool const edited = h == 1 && q >= 4;
        if (!edited) { CHECK(call.pattern.view()(b, h, q, k) == factual.pattern.view()(b, h, q, k)); }
        if (edited && k < 4 && k % 2 == 1) { CHECK(call.pattern.view()(b, h, q, k) == 0.0f); }
        if (edited && k < 4 && k % 2 == 0) {
            CHECK(call.pattern.view()(b, h, q, k) > factual.pattern.view()(b, h, q, k));
        }
        if (edited && k == 5 && q >= 5) { CHECK(call.pattern.view()(b, h, q, k) > 0.0f); }
    });
}

TEST_CASE("materialized: knocking out every key leaves zeros, as a fully masked row does", "[attention]") {
    sizes const n{.queries = 1, .keys = 1, .dim = 8, .value_dim = 4};
    attention_call<float, float, bidirectional> call(n);
    struct all_out : cooler {
        auto score(causalmm::site const&) const noexcept {
            return [](index_t, float) noexcept { return causalmm::minus_infinity(); };
        }
    };
    REQUIRE(call.run(all_out{}) == errc::ok);
    CHECK(call.pattern.view()(0, 0, 0, 0) == 0.0f);
    for (index_t d = 0; d < 4; ++d) { CHECK(call.z.view()(0, 0, 0, d) == 0.0f); }
}

TEST_CASE("materialized: N15 an edit elsewhere, and identity, give factual attention bit for bit", "[attention]") {
    sizes const n{.batches = 2, .heads = 4, .kv_heads = 2, .queries = 6, .keys = 11, .dim = 16, .value_dim = 9};
    attention_call<float, float, causal> factual(n), elsewhere(n), cooled(n);
    REQUIRE(factual.run(policy::identity{}) == errc::ok);
    elsewhere.where.layers = {{0, 3}};   // the call stands in layer 3
    cooled.where.layers = {{0, 3}};
    REQUIRE(elsewhere.run(policy::reversed{}) == errc::ok);
    REQUIRE(cooled.run(cooler{}) == errc::ok);
    CHECK(elsewhere.pattern.same_bits(factual.pattern));
    CHECK(elsewhere.z.same_bits(factual.z));
    CHECK(cooled.pattern.same_bits(factual.pattern));
    CHECK(cooled.z.same_bits(factual.z));
}
