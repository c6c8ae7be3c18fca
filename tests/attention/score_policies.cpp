// SPDX-License-Identifier: MIT
// Laws of the policies that act before the softmax, each against attention that says the same without a policy.
#include <causalmm/attention/materialized.hpp>

#include <causalmm/intervention.hpp>

#include "catch.hpp"
#include "support/attending.hpp"

using causalmm::errc;
using namespace support;   // NOLINT: helpers of the tests

namespace {

sizes const n{.batches = 2, .heads = 4, .kv_heads = 2, .queries = 11, .keys = 11, .dim = 8, .value_dim = 5};
using call = attention_call<float, float, causal>;

}   // namespace

TEST_CASE("score_policies: attention without some keys is attention over the others", "[attention]") {
    call out(n), factual(n);
    out.where = {.heads = {{0, 1}, {2, 4}}, .queries = {{3, 11}}, .keys = {{0, 2}, {6, 9}}};
    REQUIRE(out.run(policy::knockout{}) == errc::ok);
    REQUIRE(factual.run(policy::identity{}) == errc::ok);
    oracle::setting s = out.setting();
    s.visible = [&](index_t b, index_t q, index_t k) {
        return out.sights.visible(b, q, k) && (q < 3 || k == 2 || k == 3 || k == 4 || k == 5 || k > 8);
    };
    oracle::array4 const left =
        oracle::pattern(dense(out.query.view()), dense(out.key.view()), static_cast<double>(out.scale), s);
    for_each_index(out.pattern.view().extents, [&](index_t b, index_t h, index_t q, index_t k) {
        float const got = out.pattern.view()(b, h, q, k);
        if (h == 1) {
            CHECK(support::same_bits(got, factual.pattern.view()(b, h, q, k)));
        } else {
            CHECK(static_cast<double>(got) == Approx(left.at(b, h, q, k)).margin(2e-6));
        }
    });
}

TEST_CASE("score_policies: N01 rows whose every key is knocked out give zeros, their neighbours do not notice",
          "[attention]") {
    call out(n), factual(n);
    out.where = {.keys = {{0, 4}}};   // all that queries 0 to 3 see
    REQUIRE(out.run(policy::knockout{}) == errc::ok);
    REQUIRE(factual.run(policy::identity{}) == errc::ok);
    for_each_index(out.z.view().extents, [&](index_t b, index_t h, index_t q, index_t d) {
        float const got = out.z.view()(b, h, q, d);
        CHECK((q < 4 ? support::same_bits(got, 0.0f) : causalmm::is_finite(got)));
    });
    for_each_index(out.pattern.view().extents, [&](index_t b, index_t h, index_t q, index_t k) {
        if (q < 4 || k < 4) { CHECK(support::same_bits(out.pattern.view()(b, h, q, k), 0.0f)); }
    });
}

TEST_CASE("score_policies: a temperature is a smaller scale, bit for bit where the division is exact", "[attention]") {
    for (float const temperature : {0.5f, 2.0f, 4.0f}) {
        call tempered(n), scaled(n);
        scaled.scale = scaled.scale / temperature;
        REQUIRE(tempered.run(policy::tempered{.temperature = temperature}) == errc::ok);
        REQUIRE(scaled.run(policy::identity{}) == errc::ok);
        CHECK(tempered.pattern.same_bits(scaled.pattern));
        CHECK(tempered.z.same_bits(scaled.z));
    }
}

TEST_CASE("score_policies: positive scores amplified by alpha are scores of 1 + alpha times the scale", "[attention]") {
    call amplified(n), scaled(n);
    for (call* const each : {&amplified, &scaled}) {
        fill(each->query.view(), 1, 0.0f, 2.0f);
        fill(each->key.view(), 2, 0.0f, 2.0f);
    }
    scaled.scale = 2.0f * scaled.scale;
    REQUIRE(amplified.run(policy::amplified{.alpha = 1.0f}) == errc::ok);
    REQUIRE(scaled.run(policy::identity{}) == errc::ok);
    CHECK(amplified.pattern.same_bits(scaled.pattern));
    CHECK(amplified.z.same_bits(scaled.z));
}

TEST_CASE("score_policies: amplified keys of an image gain mass, whatever the sign of their scores", "[attention]") {
    call more(n), factual(n), less(n);
    more.where = less.where = {.keys = {{2, 7}}};
    REQUIRE(more.run(policy::amplified{.alpha = 0.5f}) == errc::ok);
    REQUIRE(factual.run(policy::identity{}) == errc::ok);
    REQUIRE(less.run(policy::amplified{.alpha = -0.5f}) == errc::ok);
    auto const mass = [](call const& c, index_t b, index_t h, index_t q) {
        double sum = 0.0;
        for (index_t k = 2; k < 7; ++k) { sum += static_cast<double>(c.pattern.view()(b, h, q, k)); }
        return sum;
    };
    for_each_index({2, 4, 11, 1}, [&](index_t b, index_t h, index_t q, index_t) {
        if (q < 2) { return; }   // sees no such key
        CHECK(mass(more, b, h, q) > mass(factual, b, h, q));
        CHECK(mass(less, b, h, q) < mass(factual, b, h, q));
    });
}
