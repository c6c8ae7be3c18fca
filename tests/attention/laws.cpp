// SPDX-License-Identifier: MIT
// Laws that join several calls of attention::intervene: prefill and decode, batches and singles, order of keys.
#include <causalmm/attention/intervene.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "catch.hpp"
#include "support/intervening.hpp"

using causalmm::errc;
using causalmm::backend::serial;
using namespace support;   // NOLINT: helpers of the tests

namespace {

using drawn = policy::random;

}   // namespace

TEMPLATE_LIST_TEST_CASE("laws: N13 row i of a causal prefill is decode step i, bit for bit", "[attention]",
                        policy::pattern_list) {
    INFO(TestType::name);
    index_t const length = 67;
    std::array<std::uint64_t, 1> const samples{5};
    region const where{.queries = {{3, 60}}, .keys = {{0, 20}, {25, 1000}}};
    tensor<float> prefill = stochastic({1, 2, length, length});
    tensor<float> const before = prefill;
    REQUIRE(intervene(serial{}, edit{seeded<TestType>(), where, place{.layer = 4, .samples = samples}}, prefill.view(),
                      causal{}) == errc::ok);
    for (index_t step = 0; step < length; ++step) {
        INFO(step);
        tensor<float> one = part(before, 0, step, 1, 0, step + 1);
        place const at{.layer = 4, .first_query = step, .samples = samples};
        REQUIRE(intervene(serial{}, edit{seeded<TestType>(), where, at}, one.view(), causal{.offset = step}) ==
                errc::ok);
        CHECK(bit_difference(one.view(), part(prefill, 0, step, 1, 0, step + 1).view()) == "");
    }
}

TEMPLATE_LIST_TEST_CASE("laws: a prefill in chunks is the prefill in one", "[attention]", policy::pattern_list) {
    INFO(TestType::name);
    index_t const length = 40;
    tensor<float> whole = stochastic({1, 2, length, length});
    tensor<float> const before = whole;
    REQUIRE(intervene(serial{}, edit{seeded<TestType>()}, whole.view(), causal{}) == errc::ok);
    for (index_t from = 0; from < length; from += 16) {
        index_t const count = std::min<index_t>(16, length - from);
        tensor<float> chunk = part(before, 0, from, count, 0, from + count);
        place const at{.first_query = from};
        REQUIRE(intervene(serial{}, edit{seeded<TestType>(), region{}, at}, chunk.view(), causal{.offset = from}) ==
                errc::ok);
        // Above the diagonal the chunk was never touched either: both hold the original.
        CHECK(bit_difference(chunk.view(), part(whole, 0, from, count, 0, from + count).view()) == "");
    }
}

TEMPLATE_LIST_TEST_CASE("laws: a padded batch is its sequences one by one, bit for bit", "[attention]",
                        policy::pattern_list) {
    INFO(TestType::name);
    index_t const width = 23;
    std::array<key_range, 4> const valid{{{0, 23}, {6, 23}, {0, 17}, {4, 20}}};
    std::array<std::uint64_t, 4> const samples{3, 1, 4, 1};
    region const where{.queries = {{1, 15}}, .keys = {{0, 5}, {7, 100}}};
    tensor<float> batch = stochastic({4, 2, width, width});
    tensor<float> const before = batch;
    padding<causal> const seen{.valid = valid, .inner = {}};
    REQUIRE(intervene(serial{}, edit{seeded<TestType>(), where, place{.samples = samples}}, batch.view(), seen) ==
            errc::ok);
    for (index_t b = 0; b < 4; ++b) {
        INFO(b);
        auto const [begin, end] = valid[static_cast<std::size_t>(b)];
        std::array<std::uint64_t, 1> const name{samples[static_cast<std::size_t>(b)]};
        tensor<float> single = part(before, b, begin, end - begin, begin, end - begin);
        REQUIRE(intervene(serial{}, edit{seeded<TestType>(), where, place{.samples = name}}, single.view(), causal{}) ==
                errc::ok);
        CHECK(bit_difference(single.view(), part(batch, b, begin, end - begin, begin, end - begin).view()) == "");
    }
}

TEMPLATE_LIST_TEST_CASE("laws: N91 the order of a batch does not matter, its samples do", "[attention]",
                        policy::pattern_list) {
    INFO(TestType::name);
    std::array<std::uint64_t, 3> const names{8, 9, 10}, turned{10, 8, 9};
    tensor<float> batch = stochastic({3, 2, 7, 29});
    tensor<float> other({3, 2, 7, 29});
    for_each_index({3, 2, 7, 29}, [&](index_t b, index_t h, index_t q, index_t k) {
        other.view()((b + 1) % 3, h, q, k) = batch.view()(b, h, q, k);
    });
    REQUIRE(intervene(serial{}, edit{seeded<TestType>(), region{}, place{.samples = names}}, batch.view(),
                      bidirectional{}) == errc::ok);
    REQUIRE(intervene(serial{}, edit{seeded<TestType>(), region{}, place{.samples = turned}}, other.view(),
                      bidirectional{}) == errc::ok);
    for (index_t b = 0; b < 3; ++b) {
        CHECK(bit_difference(part(other, (b + 1) % 3, 0, 7, 0, 29).view(), part(batch, b, 0, 7, 0, 29).view()) == "");
    }
}

TEST_CASE("laws: N11 N91 equal seed and sample repeat a draw, a changed one of either does not", "[attention]") {
    auto const run = [](auto const& p, std::uint64_t sample, causalmm::tower which, index_t layer) {
        tensor<float> t = stochastic({1, 1, 3, 40});
        std::array<std::uint64_t, 1> const name{sample};
        REQUIRE(intervene(serial{}, edit{p, region{}, place{.tower = which, .layer = layer, .samples = name}}, t.view(),
                          bidirectional{}));
        return t;
    };
    auto const check = [&]<class Policy>(Policy first, Policy second) {
        auto const language = causalmm::tower::language;
        tensor<float> const base = run(first, 1, language, 2);
        CHECK(run(first, 1, language, 2).same_bits(base));
        CHECK_FALSE(run(second, 1, language, 2).same_bits(base));
        CHECK_FALSE(run(first, 2, language, 2).same_bits(base));
        CHECK_FALSE(run(first, 1, causalmm::tower::vision, 2).same_bits(base));
        CHECK_FALSE(run(first, 1, language, 3).same_bits(base));
    };
    check(drawn{.seed = 1}, drawn{.seed = 2});
    check(policy::shuffled{.seed = 1}, policy::shuffled{.seed = 2});
    check(policy::shuffled{.seed = 1, .over = policy::scope::map},
          policy::shuffled{.seed = 2, .over = policy::scope::map});
}

TEST_CASE("laws: without samples every batch row draws as sample 0", "[attention]") {
    tensor<float> t = stochastic({2, 1, 2, 20});
    REQUIRE(intervene(serial{}, edit{drawn{.seed = 4}}, t.view(), bidirectional{}) == errc::ok);
    CHECK(bit_difference(part(t, 0, 0, 2, 0, 20).view(), part(t, 1, 0, 2, 0, 20).view()) == "");
}

TEST_CASE("laws: renaming the keys renames the result where a policy has no favourite key", "[attention]") {
    index_t const keys = 31;
    std::vector<index_t> renamed(keys);
    for (index_t k = 0; k < keys; ++k) { renamed[static_cast<std::size_t>(k)] = (k * 7 + 3) % keys; }
    auto const check = [&](auto const& p, double tolerance) {
        INFO(p.name);
        tensor<float> t = stochastic({1, 2, 5, keys});
        tensor<float> moved({1, 2, 5, keys});
        auto const move = [&](tensor<float> const& from, tensor<float>& to) {
            for_each_index({1, 2, 5, keys}, [&](index_t b, index_t h, index_t q, index_t k) {
                to.view()(b, h, q, renamed[static_cast<std::size_t>(k)]) = from.view()(b, h, q, k);
            });
        };
        move(t, moved);
        REQUIRE(intervene(serial{}, edit{p}, t.view(), bidirectional{}) == errc::ok);
        REQUIRE(intervene(serial{}, edit{p}, moved.view(), bidirectional{}) == errc::ok);
        tensor<float> expected({1, 2, 5, keys});
        move(t, expected);
        CHECK(difference(moved.view(), dense(expected.view()), tolerance) == "");
    };
    check(policy::identity{}, 0.0);
    check(policy::reversed{}, 0.0);   // a maximum has no order
    check(policy::uniform{}, 1e-8);   // a double sum has, by less than a float's ulp
    check(policy::renormalized<policy::reversed>{}, 1e-7);
}

TEST_CASE("laws: N12 rows that see n + 1 keys are shuffled as rows that see n, and one swap more", "[attention]") {
    index_t const length = 50;
    tensor<float> t({1, 1, length, length});
    for (index_t q = 0; q < length; ++q) {
        for (index_t k = 0; k < length; ++k) { t.view()(0, 0, q, k) = static_cast<float>(k) / 64.0f; }
    }
    REQUIRE(intervene(serial{}, edit{policy::shuffled{.seed = 12}}, t.view(), causal{}) == errc::ok);
    for (index_t q = 0; q + 1 < length; ++q) {
        int moved = 0;
        for (index_t k = 0; k <= q; ++k) { moved += t.view()(0, 0, q, k) != t.view()(0, 0, q + 1, k) ? 1 : 0; }
        CHECK(moved <= 1);
    }
}

TEMPLATE_LIST_TEST_CASE("laws: an edit of some heads and rows is the whole edit, cut", "[attention]",
                        policy::pattern_list) {
    INFO(TestType::name);
    tensor<float> all = stochastic({2, 4, 6, 11});
    tensor<float> some = all;
    tensor<float> const before = all;
    region const where{.heads = {{1, 2}, {3, 4}}, .queries = {{0, 2}, {5, 6}}};
    REQUIRE(intervene(serial{}, edit{seeded<TestType>()}, all.view(), bidirectional{}) == errc::ok);
    REQUIRE(intervene(serial{}, edit{seeded<TestType>(), where}, some.view(), bidirectional{}) == errc::ok);
    for_each_index({2, 4, 6, 11}, [&](index_t b, index_t h, index_t q, index_t k) {
        bool const chosen = (h == 1 || h == 3) && (q < 2 || q == 5);
        float const expected = chosen ? all.view()(b, h, q, k) : before.view()(b, h, q, k);
        if (!support::same_bits(some.view()(b, h, q, k), expected)) {
            FAIL_CHECK(b << ' ' << h << ' ' << q << ' ' << k);
        }
    });
}

TEST_CASE("laws: map-wide statistics of a left-padded batch are those of its sequences", "[attention]") {
    std::array<key_range, 2> const valid{{{0, 9}, {4, 9}}};
    tensor<float> batch = stochastic({2, 2, 9, 9});
    tensor<float> const before = batch;
    policy::renormalized<policy::reversed> const p{.policy = {.over = policy::scope::map}};
    REQUIRE(intervene(serial{}, edit{p}, batch.view(), padding<causal>{.valid = valid, .inner = {}}) == errc::ok);
    tensor<float> single = part(before, 1, 4, 5, 4, 5);
    REQUIRE(intervene(serial{}, edit{p}, single.view(), causal{}) == errc::ok);
    CHECK(bit_difference(single.view(), part(batch, 1, 4, 5, 4, 5).view()) == "");
}
