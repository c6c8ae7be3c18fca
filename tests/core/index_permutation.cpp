// SPDX-License-Identifier: MIT
#include <causalmm/core/index_permutation.hpp>

#include <array>
#include <cstddef>
#include <set>
#include <vector>

#include "catch.hpp"

using causalmm::index_permutation;
using causalmm::index_t;

namespace {

std::vector<index_t> images(index_permutation const& permutation, index_t size) {
    std::vector<index_t> all;
    for (index_t i = 0; i < size; ++i) { all.push_back(permutation(i)); }
    return all;
}

}   // namespace

TEST_CASE("index_permutation: every index once, for sizes around powers of two", "[core]") {
    for (index_t const size : {1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 255, 257, 1000, 4096, 4097, 332929}) {
        INFO(size);
        std::vector<bool> seen(static_cast<std::size_t>(size));
        index_permutation const permutation{7, {.sample = 1, .layer = 2, .head = 3}, size};
        for (index_t const image : images(permutation, size)) {
            REQUIRE(image >= 0);
            REQUIRE(image < size);
            REQUIRE_FALSE(seen[static_cast<std::size_t>(image)]);
            seen[static_cast<std::size_t>(image)] = true;
        }
    }
}

TEST_CASE("index_permutation: seed, sample, tower, layer and head each give another one, the query does not",
          "[core]") {
    causalmm::site const here{.sample = 1, .layer = 2, .head = 3, .query = 4};
    std::set<std::vector<index_t>> all{images({7, here, 100}, 100)};
    auto const adds = [&](index_permutation const& permutation) { return all.insert(images(permutation, 100)).second; };
    CHECK(adds({8, here, 100}));
    CHECK(adds({7, {.sample = 2, .layer = 2, .head = 3}, 100}));
    CHECK(adds({7, {.sample = 1, .tower = causalmm::tower::vision, .layer = 2, .head = 3}, 100}));
    CHECK(adds({7, {.sample = 1, .layer = 1, .head = 3}, 100}));
    CHECK(adds({7, {.sample = 1, .layer = 2, .head = 2}, 100}));
    CHECK_FALSE(adds({7, {.sample = 1, .layer = 2, .head = 3, .query = 9}, 100}));
}

TEST_CASE("index_permutation: images are uniform: chi-square over 6 places of 6000 permutations", "[core]") {
    constexpr index_t size = 6;
    std::array<std::array<int, size>, size> counts{};
    for (std::uint64_t seed = 0; seed < 6000; ++seed) {
        index_permutation const permutation{seed, {}, size};
        for (index_t i = 0; i < size; ++i) {
            ++counts[static_cast<std::size_t>(i)][static_cast<std::size_t>(permutation(i))];
        }
    }
    double chi_square = 0.0;
    for (auto const& row : counts) {
        for (int const count : row) { chi_square += (count - 1000.0) * (count - 1000.0) / 1000.0; }
    }
    CHECK(chi_square < 60.0);   // 25 degrees of freedom: p = 1e-4
}

static_assert(index_permutation{1, {}, 1}(0) == 0);
