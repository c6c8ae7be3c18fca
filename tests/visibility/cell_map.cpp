// SPDX-License-Identifier: MIT
#include <causalmm/visibility/cell_map.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "catch.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::visibility::cell_map;
using causalmm::visibility::check;
using causalmm::visibility::key_run;

static_assert(causalmm::visibility::scattered_visibility<cell_map>);

namespace {

using runs = std::vector<key_run>;

runs seen(cell_map const& policy, index_t batch, index_t query, index_t cells) {
    auto const all = policy.keys(batch, query, cells);
    return {all.begin(), all.end()};
}

}   // namespace

TEST_CASE("cell_map: a ring buffer is two runs, the older first", "[visibility]") {
    std::array<index_t, 6> const positions{6, 7, 8, 3, 4, 5};
    std::array<index_t, 1> const first{8};
    cell_map const policy{.positions = positions, .first_query = first};
    REQUIRE(check(policy, 1, 1, 6) == errc::ok);
    CHECK(seen(policy, 0, 0, 6) == runs{{{3, 6}, 0}, {{0, 3}, -6}});
    CHECK(policy.origin(0) == -8);   // with place.first_query = 0, query row 0 stands at position 8
}

TEST_CASE("cell_map: every cell and query of any cache, one question at a time", "[visibility]") {
    std::array<index_t, 16> const positions{4, 5, -1, 0, 1, 2, 3, 6, -1, -1, 0, 1, 2, 6, 7, 3};
    std::array<index_t, 2> const first{3, 0};
    for (index_t const window : {1, 3, 100}) {
        cell_map const policy{.positions = positions, .first_query = first, .window = window};
        REQUIRE(check(policy, 2, 5, 8) == errc::ok);
        for (index_t b = 0; b < 2; ++b) {
            for (index_t q = 0; q < 5; ++q) {
                INFO("window " << window << ", " << b << ", " << q);
                std::vector<std::pair<index_t, index_t>> expected, found;   // position, cell
                for (index_t cell = 0; cell < 8; ++cell) {
                    index_t const position = positions[static_cast<std::size_t>(8 * b + cell)];
                    index_t const now = first[static_cast<std::size_t>(b)] + q;
                    if (position >= 0 && position <= now && now - position < window) {
                        expected.emplace_back(position, cell);
                    }
                }
                std::ranges::sort(expected);
                for (key_run const& run : seen(policy, b, q, 8)) {
                    for (index_t cell = run.begin; cell < run.end; ++cell) {
                        found.emplace_back(cell - run.origin, cell);
                    }
                }
                CHECK(found == expected);
            }
        }
    }
}

TEST_CASE("cell_map: two cells of one position are refused where both are seen", "[visibility]") {
    std::array<index_t, 4> const positions{0, 1, 2, 1};
    for (index_t const at : {0, 2}) {
        std::array<index_t, 1> const first{at};
        cell_map const policy{.positions = positions, .first_query = first};
        CHECK(check(policy, 1, 1, 4) == (at == 0 ? errc::ok : errc::bad_parameter));
    }
}

TEST_CASE("cell_map: a position a cell, a first query a batch row, a window, and at most eight runs", "[visibility]") {
    std::vector<index_t> positions(18);
    for (std::size_t i = 0; i < positions.size(); ++i) {
        positions[i] = static_cast<index_t>(i % 2 == 0 ? i : 100 + i);
    }
    std::array<index_t, 1> const first{15};
    cell_map const policy{.positions = positions, .first_query = first};
    CHECK(check(policy, 1, 1, 18) == errc::ok);
    CHECK(check(policy, 1, 2, 18) == errc::out_of_capacity);   // the second row sees a ninth
    CHECK(check(policy, 1, 1, 17) == errc::shape_mismatch);
    CHECK(check(policy, 2, 1, 9) == errc::shape_mismatch);
    CHECK(check(cell_map{.positions = positions, .first_query = first, .window = 0}, 1, 1, 18) == errc::bad_parameter);
}
