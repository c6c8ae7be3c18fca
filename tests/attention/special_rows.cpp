// SPDX-License-Identifier: MIT
// Rows of attention::materialized that have no keys, hold no numbers, or do not fit: cases N01 to N17.
#include <causalmm/attention/materialized.hpp>

#include <limits>
#include <string_view>
#include <type_traits>
#include <vector>

#include "catch.hpp"
#include "support/attending.hpp"

using causalmm::errc;
using causalmm::status;
using causalmm::attention::inputs;
using causalmm::attention::materialized;
using causalmm::backend::serial;
using namespace support;   // NOLINT: helpers of the tests

namespace {

float const infinity = std::numeric_limits<float>::infinity();
float const not_a_number = std::numeric_limits<float>::quiet_NaN();

bool positive_zero(float x) { return same_bits(x, 0.0f); }

}   // namespace

TEMPLATE_LIST_TEST_CASE("special_rows: N01 a fully masked row gives zeros, whatever the memory held", "[attention]",
                        policy::list) {
    INFO(TestType::name);
    // Batch row 3 is all padding; row 0 is padded on the left, so its first queries see nothing either.
    attention_call<float, float, padding<causal>> call(
        {.batches = 4, .heads = 2, .queries = 5, .keys = 5, .dim = 8, .value_dim = 3});
    fill(call.pattern.view(), 7, 5.0f, 6.0f);
    fill(call.z.view(), 8, 5.0f, 6.0f);
    REQUIRE(call.run(TestType{}) == errc::ok);
    int wrong = 0;
    for_each_index({4, 2, 5, 5}, [&](index_t b, index_t h, index_t q, index_t k) {
        if (!call.sights.visible(b, q, k)) { wrong += positive_zero(call.pattern.view()(b, h, q, k)) ? 0 : 1; }
    });
    for_each_index({4, 2, 5, 3}, [&](index_t b, index_t h, index_t q, index_t d) {
        if (b == 3 || (b == 0 && q < 2)) { wrong += positive_zero(call.z.view()(b, h, q, d)) ? 0 : 1; }
    });
    CHECK(wrong == 0);
}

TEMPLATE_LIST_TEST_CASE("special_rows: N03 NaN and infinity in masked keys and values change no bit", "[attention]",
                        policy::list) {
    INFO(TestType::name);
    sizes const n{.batches = 3, .heads = 4, .kv_heads = 2, .queries = 9, .keys = 9, .dim = 8, .value_dim = 5};
    attention_call<float, float, padding<causal>> clean(n), dirty(n);
    for (index_t b = 0; b < 3; ++b) {
        auto const valid = valid_cells(3, 9)[static_cast<std::size_t>(b)];
        for (index_t k = 0; k < 9; ++k) {
            if (k >= valid.begin && k < valid.end) { continue; }
            for (index_t h = 0; h < 2; ++h) {
                dirty.key.view()(b, h, k, 1) = k % 2 == 0 ? not_a_number : infinity;
                dirty.value.view()(b, h, k, 2) = k % 2 == 0 ? infinity : not_a_number;
            }
        }
    }
    REQUIRE(clean.run(TestType{}) == errc::ok);
    REQUIRE(dirty.run(TestType{}) == errc::ok);
    CHECK(dirty.pattern.same_bits(clean.pattern));
    CHECK(dirty.z.same_bits(clean.z));
}

TEMPLATE_LIST_TEST_CASE("special_rows: N05 N06 a bad query spoils its own row only, and the status says so",
                        "[attention]", policy::list) {
    INFO(TestType::name);
    if (std::is_same_v<TestType, policy::knockout>) { return; }   // reads no score, so it meets no bad one
    sizes const n{.batches = 2, .heads = 2, .kv_heads = 1, .queries = 6, .keys = 6, .dim = 8, .value_dim = 5};
    for (float const bad : {not_a_number, infinity}) {
        attention_call<float, float, causal> clean(n), dirty(n);
        REQUIRE(clean.run(TestType{}) == errc::ok);
        for (index_t d = 0; d < 8; ++d) { dirty.key.view()(0, 0, 0, d) = clean.key.view()(0, 0, 0, d) = 1.0f; }
        for (index_t d = 0; d < 8; ++d) { clean.query.view()(0, 1, 3, d) = 1.0f; }
        REQUIRE(clean.run(TestType{}) == errc::ok);
        for (index_t d = 0; d < 8; ++d) { dirty.query.view()(0, 1, 3, d) = d == 4 ? bad : 1.0f; }
        CHECK(dirty.run(TestType{}) == errc::non_finite_factual);
        int changed = 0;
        for_each_index({2, 2, 6, 5}, [&](index_t b, index_t h, index_t q, index_t d) {
            bool const row = b == 0 && h == 1 && q == 3;
            changed += row || same_bits(dirty.z.view()(b, h, q, d), clean.z.view()(b, h, q, d)) ? 0 : 1;
        });
        CHECK(changed == 0);
        CHECK_FALSE(causalmm::is_finite(dirty.z.view()(0, 1, 3, 0)));
    }
}

namespace {

/// N05's fallback is a policy of the host: no score is larger than another that overflowed too.
struct capped {
    static constexpr std::string_view name = "capped";
    static constexpr float largest = 1e30f;

    constexpr status check() const noexcept { return {}; }
    constexpr auto score(causalmm::site const& /*where*/) const noexcept {
        return [](index_t /*key*/, float s) noexcept { return s > largest ? largest : s; };
    }
};

}   // namespace

TEST_CASE("special_rows: N05 a host that must go on caps the scores: those that overflowed share the row",
          "[attention]") {
    attention_call<float, float, bidirectional> call({.queries = 1, .keys = 4, .dim = 1, .value_dim = 1});
    call.query.view()(0, 0, 0, 0) = 1e20f;
    for (index_t k = 0; k < 4; ++k) {
        call.key.view()(0, 0, k, 0) = k % 2 == 0 ? 1e20f : 1.0f;
        call.value.view()(0, 0, k, 0) = static_cast<float>(k);
    }
    REQUIRE(call.run(policy::identity{}) == errc::non_finite_factual);
    REQUIRE(call.run(capped{}) == errc::ok);
    for (index_t k = 0; k < 4; ++k) { CHECK(call.pattern.view()(0, 0, 0, k) == (k % 2 == 0 ? 0.5f : 0.0f)); }
    CHECK(call.z.view()(0, 0, 0, 0) == 1.0f);   // of 0 and 2
}

TEST_CASE("special_rows: N06 the first row of a causal prefill has one key: its NaN is reported too", "[attention]") {
    attention_call<float, float, causal> call({.queries = 3, .keys = 3, .dim = 4, .value_dim = 2});
    call.query.view()(0, 0, 0, 2) = not_a_number;
    CHECK(call.run(policy::identity{}) == errc::non_finite_factual);
    attention_call<float, float, bidirectional> all_bad({.queries = 1, .keys = 5, .dim = 4, .value_dim = 2});
    all_bad.query.view()(0, 0, 0, 2) = not_a_number;
    CHECK(all_bad.run(policy::uniform{}) == errc::non_finite_factual);
}

TEST_CASE("special_rows: N04 N07 very low scores and large spreads", "[attention]") {
    attention_call<float, float, causal> call({.queries = 4, .keys = 4, .dim = 1, .value_dim = 1});
    for (index_t q = 0; q < 4; ++q) {
        call.query.view()(0, 0, q, 0) = 1.0f;
        call.key.view()(0, 0, q, 0) = q == 3 ? -2.4e5f : -2.45e5f;
        call.value.view()(0, 0, q, 0) = static_cast<float>(q);
    }
    call.scale = 1.0f;
    REQUIRE(call.run(policy::identity{}) == errc::ok);
    CHECK(call.z.view()(0, 0, 2, 0) == Approx(1.0).epsilon(1e-6));   // three equal scores: the mean of 0, 1, 2
    CHECK(call.z.view()(0, 0, 3, 0) == 3.0f);                        // a spread of 5,000: the rest is exactly zero
    CHECK(call.pattern.view()(0, 0, 3, 0) == 0.0f);
}

TEST_CASE("special_rows: N15 tensors that do not fit are refused, outputs untouched", "[attention]") {
    tensor<float> query({2, 4, 3, 8}), key({2, 2, 5, 8}), value({2, 2, 5, 6}), pattern({2, 4, 3, 5}), z({2, 4, 3, 6});
    tensor<float> const pattern_before = pattern, z_before = z;
    auto const call = [&](tensor<float> const& q, tensor<float> const& k, tensor<float> const& v,
                          tensor_view<float, 4> w, tensor_view<float, 4> out) {
        return materialized(serial{}, edit{policy::reversed{}}, inputs<float>{q.view(), k.view(), v.view(), 1.0f},
                            causal{}, w, out);
    };
    using other = tensor<float>;
    CHECK(call(query, other({1, 2, 5, 8}), value, pattern.view(), z.view()) == errc::shape_mismatch);   // batch
    CHECK(call(query, key, other({1, 2, 5, 6}), pattern.view(), z.view()) == errc::shape_mismatch);
    CHECK(call(query, other({2, 2, 5, 7}), value, pattern.view(), z.view()) == errc::shape_mismatch);   // dim
    CHECK(call(query, key, other({2, 2, 4, 6}), pattern.view(), z.view()) == errc::shape_mismatch);     // keys
    CHECK(call(query, key, other({2, 4, 5, 6}), pattern.view(), z.view()) == errc::shape_mismatch);     // kv heads
    CHECK(call(query, other({2, 3, 5, 8}), other({2, 3, 5, 6}), pattern.view(), z.view()) == errc::shape_mismatch);
    CHECK(call(query, other({2, 0, 5, 8}), other({2, 0, 5, 6}), pattern.view(), z.view()) == errc::shape_mismatch);
    CHECK(call(query, other({2, 8, 5, 8}), other({2, 8, 5, 6}), pattern.view(), z.view()) == errc::shape_mismatch);
    CHECK(call(query, key, value, other({2, 4, 3, 4}).view(), z.view()) == errc::shape_mismatch);
    CHECK(call(query, key, value, pattern.view(), other({2, 4, 3, 5}).view()) == errc::shape_mismatch);
    tensor<float> const stepped({2, 4, 3, 8}, layout::inner_step_two);
    CHECK(call(stepped, key, value, pattern.view(), z.view()) == errc::unsupported);
    tensor<float> stepped_z({2, 4, 3, 6}, layout::inner_step_two);
    CHECK(call(query, key, value, pattern.view(), stepped_z.view()) == errc::unsupported);
    CHECK(pattern.same_bits(pattern_before));
    CHECK(z.same_bits(z_before));
}

TEST_CASE("special_rows: a bad policy, region, visibility or sample list is refused, outputs untouched",
          "[attention]") {
    attention_call<float, float, causal> call({.batches = 2, .queries = 3, .keys = 5, .dim = 8, .value_dim = 6});
    auto const pattern = call.pattern;
    auto const z = call.z;
    CHECK(call.run(policy::random{.scale = -1.0f}) == errc::bad_parameter);
    CHECK(call.run(policy::shuffled{.over = policy::scope::map}) == errc::unsupported);
    call.where.heads = {{2, 1}};
    CHECK(call.run(policy::uniform{}) == errc::bad_parameter);
    call.where = {};
    call.samples = {1, 2, 3};
    CHECK(call.run(policy::uniform{}) == errc::shape_mismatch);
    call.samples.clear();
    CHECK(materialized(serial{}, edit{policy::uniform{}}, call.inputs(), causal{.offset = -2}, call.pattern.view(),
                       call.z.view()) == errc::bad_parameter);
    CHECK(materialized(serial{}, edit{policy::uniform{}}, call.inputs(), padding<>{}, call.pattern.view(),
                       call.z.view()) == errc::shape_mismatch);
    CHECK(call.pattern.same_bits(pattern));
    CHECK(call.z.same_bits(z));
}

TEST_CASE("special_rows: N17 no batch, head or query is nothing to do; no key is a zero result", "[attention]") {
    for (sizes const& n : {sizes{.batches = 0, .queries = 3, .keys = 5, .dim = 8, .value_dim = 6},
                           sizes{.heads = 0, .kv_heads = 0, .queries = 3, .keys = 5, .dim = 8, .value_dim = 6},
                           sizes{.queries = 0, .keys = 5, .dim = 8, .value_dim = 6}}) {
        attention_call<float, float, causal> call(n);
        auto const z = call.z;
        CHECK(call.run(policy::reversed{}) == errc::ok);
        CHECK(call.z.same_bits(z));
    }
    attention_call<float, float, bidirectional> call({.batches = 2, .queries = 3, .keys = 0, .dim = 8, .value_dim = 6});
    REQUIRE(call.run(policy::reversed{}) == errc::ok);
    REQUIRE(call.run(policy::shuffled{.over = policy::scope::map}) == errc::ok);
    for_each_index({2, 1, 3, 6}, [&](auto... i) { CHECK(positive_zero(call.z.view()(i...))); });
}
