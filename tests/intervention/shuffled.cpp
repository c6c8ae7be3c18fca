// SPDX-License-Identifier: MIT
#include <causalmm/intervention/shuffled.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

#include "catch.hpp"
#include "support/philox.hpp"

using causalmm::index_t;
using causalmm::site;
using causalmm::intervention::scope;
using causalmm::intervention::shuffled;

static_assert(causalmm::intervention::index_policy<shuffled>);
static_assert(shuffled::name == "shuffled");
static_assert(causalmm::intervention::scope_of(shuffled{}) == scope::row);
static_assert(causalmm::intervention::scope_of(shuffled{.over = scope::map}) == scope::map);

namespace {

std::vector<int> permuted(std::uint64_t seed, site const& where, int count) {
    std::vector<int> x(static_cast<std::size_t>(count));
    std::iota(x.begin(), x.end(), 0);
    auto swaps = shuffled{.seed = seed}.swaps(where);
    for (int i = 1; i < count; ++i) {
        std::swap(x[static_cast<std::size_t>(i)], x[static_cast<std::size_t>(swaps(i))]);
    }
    return x;
}

}   // namespace

TEST_CASE("shuffled: swaps are those of the documented generator", "[intervention]") {
    site const here{.sample = 2, .tower = causalmm::tower::vision, .layer = 23, .head = 15};
    auto const key = oracle::key_of(44, 2, oracle::permutation_vision);
    auto swaps = shuffled{.seed = 44}.swaps(here);
    for (index_t i = 1; i < 600; ++i) {
        CHECK(static_cast<std::uint64_t>(swaps(i)) == oracle::swap_partner(key, 23, 15, static_cast<std::uint64_t>(i)));
    }
}

TEST_CASE("shuffled: N12 any number of swaps is a permutation", "[intervention]") {
    for (int const count : {1, 2, 3, 16, 17, 97, 577}) {
        std::vector<int> x = permuted(1, {}, count);
        std::sort(x.begin(), x.end());
        for (int i = 0; i < count; ++i) { REQUIRE(x[static_cast<std::size_t>(i)] == i); }
    }
}

TEST_CASE("shuffled: the permutation of n + 1 keys is that of n and one more swap", "[intervention]") {
    for (int n = 1; n < 100; ++n) {
        std::vector<int> longer = permuted(6, {.head = 3}, n + 1);
        std::vector<int> shorter = permuted(6, {.head = 3}, n);
        auto const moved = std::find(longer.begin(), longer.end(), n);
        std::swap(*moved, longer.back());   // undoes the last swap
        longer.pop_back();
        REQUIRE(longer == shorter);
    }
}

TEST_CASE("shuffled: rows of a head share the permutation; heads, layers, seeds and samples do not", "[intervention]") {
    site const base{.sample = 1, .layer = 1, .head = 1, .query = 1};
    auto const expected = permuted(1, base, 64);
    site other = base;
    other.query = 50;
    CHECK(permuted(1, other, 64) == expected);
    CHECK(permuted(2, base, 64) != expected);
    for (int field = 0; field < 4; ++field) {
        other = base;
        if (field == 0) { other.sample = 2; }
        if (field == 1) { other.layer = 2; }
        if (field == 2) { other.head = 2; }
        if (field == 3) { other.tower = causalmm::tower::vision; }
        CHECK(permuted(1, other, 64) != expected);
    }
}

TEST_CASE("shuffled: there is no parameter to get wrong", "[intervention]") {
    CHECK(shuffled{.seed = ~std::uint64_t{0}, .over = scope::map}.check() == causalmm::errc::ok);
}
