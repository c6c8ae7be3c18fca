// SPDX-License-Identifier: MIT
#include <causalmm/attention/map_edit.hpp>

#include <algorithm>
#include <limits>
#include <vector>

#include <causalmm/attention/intervene.hpp>

#include "catch.hpp"
#include "support/intervening.hpp"

using causalmm::errc;
using causalmm::backend::serial;
using namespace support;   // NOLINT: helpers of the tests
namespace detail = causalmm::attention::detail;

namespace {

policy::uniform const uniform_map{.over = policy::scope::map};
policy::reversed const reversed_map{.over = policy::scope::map};
policy::renormalized<policy::reversed> const renormalized_map{.policy = reversed_map};
policy::shuffled const shuffled_map{.seed = 6, .over = policy::scope::map};

template <class Visibility, class Policy>
void check_everywhere(Policy const& p) {
    INFO(Policy::name << ", " << Visibility::name);
    for (shape4 const& shape : shapes()) {
        for (layout const how : every_layout) {
            for (selected const& where : selections()) {
                INFO(shape[0] << "x" << shape[1] << "x" << shape[2] << "x" << shape[3] << ", layout " << int(how)
                              << ", " << where.name);
                CHECK(run_and_compare<float, Visibility>(p, shape, how, where) == "");
            }
        }
    }
}

}   // namespace

// What needs all rows of a head in one task, and what moves weights between rows.
static_assert(!detail::needs_map(policy::uniform{}) && detail::needs_map(policy::uniform{.over = policy::scope::map}));
static_assert(detail::needs_map(policy::renormalized<policy::reversed>{.policy = {.over = policy::scope::map}}));
static_assert(detail::needs_map(policy::chain<policy::identity, policy::uniform>{
    .policies = {policy::identity{}, policy::uniform{.over = policy::scope::map}}}));
static_assert(!detail::needs_map(policy::chain<policy::identity, policy::shuffled>{}));
static_assert(!detail::permutes_map(policy::uniform{.over = policy::scope::map}) &&
              !detail::permutes_map(policy::shuffled{}));
static_assert(detail::permutes_map(policy::shuffled{.over = policy::scope::map}));
static_assert(detail::permutes_map(policy::chain<policy::identity, policy::shuffled>{
    .policies = {policy::identity{}, policy::shuffled{.over = policy::scope::map}}}));

TEST_CASE("map_edit: map-wide mean and maximum as the oracle has them, for every visibility", "[attention]") {
    causalmm::visibility::list::for_each([]<class Visibility>() {
        check_everywhere<Visibility>(uniform_map);
        check_everywhere<Visibility>(reversed_map);
        check_everywhere<Visibility>(renormalized_map);
    });
}

TEST_CASE("map_edit: a chain of row and map edits as the oracle has it", "[attention]") {
    policy::chain<policy::shuffled, policy::reversed, policy::uniform> const mixed{
        .policies = {policy::shuffled{.seed = 2}, reversed_map, policy::uniform{}}};
    check_everywhere<causal>(mixed);
    check_everywhere<padding<causal>>(mixed);
}

TEST_CASE("map_edit: a whole map is permuted as the oracle has it", "[attention]") {
    for (shape4 const& shape : shapes()) {
        for (layout const how : every_layout) {
            for (selected const& where : selections()) {
                if (where.queries.ranges != oracle::positions{}.ranges) { continue; }   // unsupported, see below
                INFO(shape[0] << "x" << shape[1] << "x" << shape[2] << "x" << shape[3] << ", layout " << int(how)
                              << ", " << where.name);
                CHECK(run_and_compare<float, bidirectional>(shuffled_map, shape, how, where) == "");
            }
        }
    }
    CHECK(run_and_compare<causalmm::f16, bidirectional>(shuffled_map, {2, 3, 9, 17}, layout::keys_outside,
                                                        selections()[0]) == "");
}

TEST_CASE("map_edit: N12 a permuted map keeps its weights bit for bit, but not their rows", "[attention]") {
    tensor<float> t = stochastic({1, 2, 24, 24});
    tensor<float> const before = t;
    REQUIRE(intervene(serial{}, edit{shuffled_map}, t.view(), bidirectional{}) == errc::ok);
    for (std::ptrdiff_t head = 0; head < 2; ++head) {
        std::vector<float> now(t.memory().begin() + head * 576, t.memory().begin() + (head + 1) * 576);
        std::vector<float> then(before.memory().begin() + head * 576, before.memory().begin() + (head + 1) * 576);
        CHECK(now != then);
        std::sort(now.begin(), now.end());
        std::sort(then.begin(), then.end());
        CHECK(now == then);
    }
}

TEST_CASE("map_edit: N06 rows that share their swaps do not share a bad row", "[attention]") {
    // Forty rows, more than one task, of which the causal ones see different numbers of keys.
    tensor<float> clean = stochastic({1, 1, 40, 70});
    tensor<float> dirty = clean;
    for (index_t const query : {0, 17, 39}) { dirty.view()(0, 0, query, 0) = std::numeric_limits<float>::quiet_NaN(); }
    tensor<float> const before = dirty;
    edit const shuffle{policy::shuffled{.seed = 4}};
    CHECK(intervene(serial{}, shuffle, dirty.view(), causal{.offset = 30}) == errc::non_finite_factual);
    REQUIRE(intervene(serial{}, shuffle, clean.view(), causal{.offset = 30}) == errc::ok);
    for_each_index({1, 1, 40, 70}, [&](index_t b, index_t h, index_t q, index_t k) {
        bool const bad = q == 0 || q == 17 || q == 39;
        float const expected = bad ? before.view()(b, h, q, k) : clean.view()(b, h, q, k);
        if (!support::same_bits(dirty.view()(b, h, q, k), expected)) { FAIL_CHECK(q << ' ' << k); }
    });
}

TEST_CASE("map_edit: maps of more rows than masses are kept for are edited all the same", "[attention]") {
    tensor<float> t = stochastic({1, 1, 1030, 3});
    tensor<float> const before = t;
    REQUIRE(intervene(serial{}, edit{renormalized_map}, t.view(), bidirectional{}) == errc::ok);
    float largest = 0.0f;
    for_each_index({1, 1, 1030, 3}, [&](auto... i) { largest = std::max(largest, before.view()(i...)); });
    for_each_index({1, 1, 1030, 3}, [&](index_t b, index_t h, index_t q, index_t k) {
        double left = 0.0, mass = 0.0;
        for (index_t i = 0; i < 3; ++i) {
            left += static_cast<double>(largest) - static_cast<double>(before.view()(b, h, q, i));
            mass += static_cast<double>(before.view()(b, h, q, i));
        }
        double const expected =
            (static_cast<double>(largest) - static_cast<double>(before.view()(b, h, q, k))) * mass / left;
        CHECK(static_cast<double>(t.view()(b, h, q, k)) == Approx(expected).margin(1e-5));
    });
}

TEST_CASE("map_edit: only the selected heads of a map are permuted", "[attention]") {
    tensor<float> t = stochastic({2, 3, 8, 8});
    tensor<float> all = t;
    tensor<float> const before = t;
    REQUIRE(intervene(serial{}, edit{shuffled_map, region{.heads = {{1, 2}}}}, t.view(), bidirectional{}) == errc::ok);
    REQUIRE(intervene(serial{}, edit{shuffled_map}, all.view(), bidirectional{}) == errc::ok);
    for_each_index({2, 3, 8, 8}, [&](index_t b, index_t h, index_t q, index_t k) {
        CHECK(t.view()(b, h, q, k) == (h == 1 ? all : before).view()(b, h, q, k));
    });
}

TEST_CASE("map_edit: maps that cannot be permuted as a whole are refused, untouched", "[attention]") {
    tensor<float> t = stochastic({2, 2, 6, 6});
    tensor<float> const before = t;
    std::array<key_range, 2> const left{{{0, 6}, {1, 6}}};
    std::array<key_range, 2> const right{{{0, 6}, {0, 5}}};
    auto const call = [&](auto const& e, auto const& seen) { return intervene(serial{}, e, t.view(), seen); };
    CHECK(call(edit{shuffled_map}, causal{}) == errc::unsupported);
    CHECK(call(edit{shuffled_map, region{.queries = {{0, 5}}}}, bidirectional{}) == errc::unsupported);
    CHECK(call(edit{shuffled_map}, padding<causal>{.valid = left, .inner = {}}) == errc::unsupported);
    CHECK(call(edit{shuffled_map}, padding<>{.valid = left, .inner = {}}) == errc::unsupported);
    CHECK(call(edit{policy::chain<policy::uniform, policy::shuffled>{.policies = {policy::uniform{}, shuffled_map}}},
               causal{}) == errc::unsupported);
    CHECK(t.same_bits(before));
    CHECK(call(edit{shuffled_map}, causal{.offset = 6}) == errc::ok);   // all rows see all keys
    CHECK(call(edit{shuffled_map}, padding<>{.valid = right, .inner = {}}) == errc::ok);
}

TEST_CASE("map_edit: N80 a map of more than 2^32 entries is refused before anything is read", "[attention]") {
    // One row of memory stands for 2^17 rows of 2^16 keys: only the extents may be looked at.
    std::vector<float> row(1 << 16, 0.5f);
    tensor_view<float, 4> const huge{row.data(), {1, 1, 1 << 17, 1 << 16}};
    CHECK(intervene(serial{}, edit{shuffled_map}, huge, bidirectional{}) == errc::unsupported);
    CHECK(row == std::vector<float>(1 << 16, 0.5f));
}

TEST_CASE("map_edit: N06 a bad row is kept, and the others are edited as if it were not selected", "[attention]") {
    region const others{.queries = {{0, 3}, {4, 6}}};
    auto const check = [&](auto const& p) {
        INFO(p.name);
        for (float const bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                                -std::numeric_limits<float>::infinity()}) {
            tensor<float> clean = stochastic({1, 2, 6, 9});
            tensor<float> dirty = clean;
            dirty.view()(0, 1, 3, 2) = bad;
            tensor<float> expected = dirty;
            CHECK(intervene(serial{}, edit{p}, dirty.view(), bidirectional{}) == errc::non_finite_factual);
            REQUIRE(intervene(serial{}, edit{p, others}, expected.view(), bidirectional{}) == errc::ok);
            REQUIRE(intervene(serial{}, edit{p}, clean.view(), bidirectional{}) == errc::ok);
            for_each_index({1, 2, 6, 9}, [&](index_t b, index_t h, index_t q, index_t k) {
                float const wanted = h == 0 ? clean.view()(b, h, q, k) : expected.view()(b, h, q, k);
                if (!support::same_bits(dirty.view()(b, h, q, k), wanted)) { FAIL_CHECK(h << ' ' << q << ' ' << k); }
            });
        }
    };
    check(uniform_map);
    check(reversed_map);
    check(renormalized_map);
    check(policy::chain<policy::uniform, policy::reversed>{.policies = {uniform_map, reversed_map}});
    check(policy::chain<policy::uniform, policy::shuffled>{.policies = {uniform_map, policy::shuffled{.seed = 3}}});
}

TEST_CASE("map_edit: N06 a permuted map with a bad row is kept as a whole, other maps are permuted", "[attention]") {
    tensor<float> clean = stochastic({1, 2, 6, 9});
    tensor<float> dirty = clean;
    dirty.view()(0, 1, 3, 2) = std::numeric_limits<float>::quiet_NaN();
    tensor<float> const before = dirty;
    CHECK(intervene(serial{}, edit{shuffled_map}, dirty.view(), bidirectional{}) == errc::non_finite_factual);
    REQUIRE(intervene(serial{}, edit{shuffled_map}, clean.view(), bidirectional{}) == errc::ok);
    for_each_index({1, 2, 6, 9}, [&](index_t b, index_t h, index_t q, index_t k) {
        CHECK(support::same_bits(dirty.view()(b, h, q, k), (h == 0 ? clean : before).view()(b, h, q, k)));
    });
}
