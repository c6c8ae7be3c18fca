// SPDX-License-Identifier: MIT
#include <causalmm/attention/visible_keys.hpp>

#include <limits>
#include <vector>

#include "catch.hpp"

using causalmm::index_t;
using causalmm::attention::visible_keys;
using causalmm::selection::index_range;
using causalmm::selection::index_set;
using causalmm::visibility::key_range;
using causalmm::visibility::key_runs;

namespace {

/// Walks every cell and asks both questions about it: is it visible, is its position selected?
void check_cells(key_range visible, index_t origin, std::vector<index_range> const& selected) {
    index_set set = index_set::none();
    for (index_range const& range : selected) { set.insert(range); }
    REQUIRE(set.check());
    visible_keys const keys{visible, origin, set};
    std::vector<index_t> expected;
    for (index_t cell = visible.begin; cell < visible.end; ++cell) {
        bool chosen = false;
        for (index_range const& range : selected) {
            chosen = chosen || (cell - origin >= range.begin && cell - origin < range.end);
        }
        if (chosen) { expected.push_back(cell); }
    }
    INFO("visible " << visible.begin << ".." << visible.end << ", origin " << origin);
    REQUIRE(keys.total == static_cast<index_t>(expected.size()));
    std::vector<index_t> cells;
    for (index_t rank = 0; rank < keys.total; ++rank) { cells.push_back(keys.cell(rank)); }
    CHECK(cells == expected);
    index_t walked = 0;
    for (std::size_t i = 0; i < keys.count; ++i) {
        CHECK(keys.ranges[i].size() > 0);
        CHECK(keys.ranges[i].origin == origin);
        walked += keys.ranges[i].size();
    }
    CHECK(walked == keys.total);
}

}   // namespace

TEST_CASE("visible_keys: the default selection is every visible key, behind any origin", "[attention]") {
    for (index_t const origin : {0, 1, 5}) {
        visible_keys const keys{{origin, 9}, origin, {}};
        CHECK(keys.total == 9 - origin);
        CHECK(keys.count == 1);
        CHECK(keys.cell(0) == origin);
        CHECK(keys.cell(keys.total - 1) == 8);
    }
}

TEST_CASE("visible_keys: segments are cut by what is visible and moved by the origin", "[attention]") {
    for (index_t origin = 0; origin < 8; ++origin) {
        for (index_t end = 0; end < 40; end += 3) {
            check_cells({origin, end}, origin, {{0, 3}, {5, 6}, {9, 14}, {20, 30}});
            check_cells({origin, end}, origin, {{2, std::numeric_limits<index_t>::max()}});
            check_cells({origin + 2, end}, origin, {{0, 4}});
        }
    }
}

TEST_CASE("visible_keys: nothing visible or nothing selected is empty", "[attention]") {
    CHECK(visible_keys{{0, 0}, 0, {}}.total == 0);
    CHECK(visible_keys{{5, 2}, 0, {}}.total == 0);
    CHECK(visible_keys{{5, 5}, 5, {}}.total == 0);
    CHECK(visible_keys{{0, 9}, 0, index_set::none()}.total == 0);
    CHECK(visible_keys{{0, 9}, 0, {{9, 20}}}.total == 0);
    CHECK(visible_keys{{0, 9}, 0, {{100, 200}}}.count == 0);
}

TEST_CASE("visible_keys: eight segments fit", "[attention]") {
    std::vector<index_range> segments;
    for (index_t i = 0; i < 8; ++i) { segments.push_back({3 * i, 3 * i + 1}); }
    check_cells({0, 40}, 0, segments);
    check_cells({2, 40}, 2, segments);
}

TEST_CASE("visible_keys: a segment at the largest index does not overflow behind an origin", "[attention]") {
    index_t const most = std::numeric_limits<index_t>::max();
    CHECK(visible_keys{{6, 9}, 6, {{most - 1, most}}}.total == 0);
    CHECK(visible_keys{{6, 9}, 6, {{1, most}}}.total == 2);
}

TEST_CASE("visible_keys: equal means the same cells and the same origin", "[attention]") {
    visible_keys const keys{{0, 9}, 0, {{1, 3}, {5, 7}}};
    CHECK(keys == visible_keys{{0, 7}, 0, {{1, 3}, {5, 8}}});
    CHECK_FALSE(keys == visible_keys{{0, 6}, 0, {{1, 3}, {5, 7}}});
    CHECK_FALSE(keys == visible_keys{{1, 9}, 1, {{0, 2}, {4, 6}}});
}

TEST_CASE("visible_keys: runs are selected by their own positions and ranked by them", "[attention]") {
    key_runs ring;   // positions 5..9 in cells 3..7, 10..12 in cells 0..2, 13 in cell 9
    ring.add({{0, 3}, -10});
    ring.add({{3, 8}, -2});
    ring.add({{9, 10}, -4});
    REQUIRE(ring.check());
    visible_keys const all{ring, index_set{}};
    CHECK(all.total == 9);
    std::vector<index_t> cells;
    for (index_t rank = 0; rank < all.total; ++rank) { cells.push_back(all.cell(rank)); }
    CHECK(cells == std::vector<index_t>{3, 4, 5, 6, 7, 0, 1, 2, 9});
    visible_keys const some{ring, {{0, 6}, {9, 11}, {13, 20}}};
    cells.clear();
    for (index_t rank = 0; rank < some.total; ++rank) { cells.push_back(some.cell(rank)); }
    CHECK(cells == std::vector<index_t>{3, 7, 0, 9});
}

TEST_CASE("visible_keys: more ranges than there is room for are told", "[attention]") {
    key_runs apart;
    for (index_t i = 0; i < 8; ++i) { apart.add({{10 * i, 10 * i + 5}, 0}); }
    REQUIRE(apart.check());
    CHECK(visible_keys{apart, index_set{}}.complete());
    CHECK(visible_keys{apart, index_set{}}.total == 40);
    CHECK(visible_keys{apart, {{0, 2}, {4, 72}}}.complete() == false);   // the first run falls into two
}
