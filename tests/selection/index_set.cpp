// SPDX-License-Identifier: MIT
#include <causalmm/selection/index_set.hpp>

#include <vector>

#include "catch.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::selection::index_range;
using causalmm::selection::index_set;

static_assert(index_set{}.contains(0) && index_set{}.contains(std::numeric_limits<index_t>::max() - 1));
static_assert(!index_set{}.contains(-1), "the default holds indices, not negative numbers");
static_assert(!index_set::none().contains(0) && index_set::none().size() == 0);
static_assert(index_set{{9, 15}}.contains(9) && index_set{{9, 15}}.contains(14) && !index_set{{9, 15}}.contains(15));
static_assert(index_set{{4, 6}, {6, 9}} == index_set{{4, 9}}, "neighbours join");
static_assert(index_set{{4, 9}, {5, 6}} == index_set{{4, 9}}, "repeated is once");
static_assert(index_set{{8, 9}, {1, 2}} == index_set{{1, 2}, {8, 9}}, "any order");
static_assert(index_set{} == index_set{index_range{}});
static_assert(index_set{{3, 3}} == index_set::none(), "an empty range adds nothing");
static_assert(index_set{} != index_set::none());

namespace {

/// Compares with a plain array of booleans.
void check_members(index_set const& set, std::vector<index_range> const& ranges) {
    std::size_t runs = 0;
    bool before = false;
    for (index_t i = -2; i < 64; ++i) {
        bool expected = false;
        for (index_range const& range : ranges) { expected = expected || (i >= range.begin && i < range.end); }
        INFO(i);
        CHECK(set.contains(i) == expected);
        runs += expected && !before ? 1 : 0;
        before = expected;
    }
    CHECK(set.size() == runs);
    for (std::size_t i = 0; i < set.size(); ++i) {
        CHECK(set[i].begin < set[i].end);
        if (i > 0) { CHECK(set[i - 1].end < set[i].begin); }
    }
}

}   // namespace

TEST_CASE("index_set: N15 unions of random ranges are those of plain membership, sorted and disjoint", "[selection]") {
    unsigned state = 1;
    auto const next = [&state](unsigned bound) {
        state = state * 1664525u + 1013904223u;
        return static_cast<index_t>((state >> 16) % bound);
    };
    for (int trial = 0; trial < 300; ++trial) {
        std::vector<index_range> ranges;
        index_set set = index_set::none();
        for (index_t count = next(9); count > 0; --count) {
            index_t const begin = next(50);
            ranges.push_back({begin, begin + next(12)});
            set.insert(ranges.back());
        }
        REQUIRE(set.check() == errc::ok);
        check_members(set, ranges);
    }
}

TEST_CASE("index_set: one range may swallow all eight and free their places", "[selection]") {
    index_set set = index_set::none();
    std::vector<index_range> ranges;
    for (index_t i = 0; i < 8; ++i) {
        ranges.push_back({4 * i, 4 * i + 2});
        set.insert(ranges.back());
    }
    check_members(set, ranges);
    index_set full = set;
    full.insert({1, 40});
    REQUIRE(full.check() == errc::ok);
    CHECK(full == index_set{{0, 40}});
    full.insert({50, 51});
    CHECK(full.size() == 2);

    set.insert({6, 9});   // joins the second and the third: seven are left
    CHECK(set.size() == 7);
    set.insert({60, 61});
    CHECK(set.check() == errc::ok);
    CHECK(set.size() == 8);
}

TEST_CASE("index_set: a ninth disjoint range is out of capacity, and the eight stay", "[selection]") {
    index_set set = index_set::none();
    std::vector<index_range> ranges;
    for (index_t i = 0; i < 8; ++i) {
        ranges.push_back({5 * i, 5 * i + 2});
        set.insert(ranges.back());
    }
    REQUIRE(set.check() == errc::ok);
    SECTION("behind") { set.insert({50, 51}); }
    SECTION("between") { set.insert({13, 14}); }
    CHECK(set.check() == errc::out_of_capacity);
    check_members(set, ranges);
}

TEST_CASE("index_set: N15 negative or reversed ranges are bad parameters", "[selection]") {
    CHECK(index_set{{-1, 4}}.check() == errc::bad_parameter);
    CHECK(index_set{{5, 4}}.check() == errc::bad_parameter);
    CHECK(index_set{{1, 2}, {5, 4}, {7, 8}}.check() == errc::bad_parameter);
    CHECK(index_set{{4, 4}}.check() == errc::ok);
    CHECK(index_set{{-2, -2}}.check() == errc::bad_parameter);
}

TEST_CASE("index_set: the largest indices do not overflow", "[selection]") {
    index_t const most = std::numeric_limits<index_t>::max();
    index_set set{{most - 1, most}};
    CHECK(set.contains(most - 1));
    set.insert({0, most - 1});
    CHECK(set == index_set{});
}
