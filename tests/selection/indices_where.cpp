// SPDX-License-Identifier: MIT
#include <causalmm/selection/indices_where.hpp>

#include <vector>

#include <causalmm/selection/region.hpp>

#include "catch.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::selection::index_set;
using causalmm::selection::indices_where;
using causalmm::selection::region;

namespace {

constexpr bool middle(index_t layer) noexcept { return layer >= 9 && layer < 15; }

}   // namespace

static_assert(indices_where(32, middle) == index_set{{9, 15}});
static_assert(noexcept(indices_where(32, middle)) && !noexcept(indices_where(32, [](index_t) { return true; })));
static_assert(indices_where(4, [](index_t) { return true; }) == index_set{{0, 4}});
static_assert(indices_where(4, [](index_t) { return false; }) == index_set::none());
static_assert(indices_where(0, middle) == index_set::none());

TEST_CASE("indices_where: membership is the predicate, and nothing at or behind the count", "[selection]") {
    auto const odd_thirds = [](index_t i) noexcept { return i % 3 == 1 || i % 7 == 0; };
    index_set const set = indices_where(16, odd_thirds);
    REQUIRE(set.check() == errc::ok);
    for (index_t i = -3; i < 40; ++i) { CHECK(set.contains(i) == (i >= 0 && i < 16 && odd_thirds(i))); }
}

TEST_CASE("indices_where: the predicate is asked once for each index, in order", "[selection]") {
    std::vector<index_t> asked;
    (void)indices_where(5, [&asked](index_t i) { return asked.push_back(i), true; });
    CHECK(asked == std::vector<index_t>{0, 1, 2, 3, 4});
}

TEST_CASE("indices_where: a table of the caller's chooses heads of a region", "[selection]") {
    std::vector<float> const image_mass{0.1f, 0.6f, 0.7f, 0.2f, 0.9f};   // by head
    region const where{
        .heads = indices_where(5, [&](index_t head) { return image_mass[static_cast<std::size_t>(head)] > 0.5f; })};
    REQUIRE(where.check() == errc::ok);
    CHECK(where.heads == index_set{{1, 3}, {4, 5}});
}

TEST_CASE("indices_where: more than eight runs are out of capacity, a negative count is a bad parameter",
          "[selection]") {
    auto const even = [](index_t i) noexcept { return i % 2 == 0; };
    CHECK(indices_where(16, even).check() == errc::ok);
    CHECK(indices_where(17, even).check() == errc::out_of_capacity);
    CHECK(indices_where(-1, even).check() == errc::bad_parameter);
}
