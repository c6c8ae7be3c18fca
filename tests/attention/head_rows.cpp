// SPDX-License-Identifier: MIT
#include <causalmm/attention/head_rows.hpp>

#include <array>
#include <vector>

#include <causalmm/visibility/causal.hpp>
#include <causalmm/visibility/padding.hpp>

#include "catch.hpp"

using causalmm::index_t;
using causalmm::attention::place;
using causalmm::attention::visible_keys;
using causalmm::attention::detail::cell_ranges;
using causalmm::attention::detail::head_rows;
using causalmm::attention::detail::split_keys;
using causalmm::selection::index_set;
using causalmm::selection::region;
using causalmm::visibility::causal;
using causalmm::visibility::key_range;
using causalmm::visibility::padding;

namespace {

/// Cells of one batch row whose valid keys start at `origin`.
struct cells {
    std::array<key_range, 1> valid;
    padding<causal> seen;
    region where;
    place at{.first_query = 4};
    index_t key_count;

    cells(index_t origin, index_t keys, index_set const& selected)
        : valid{{{origin, keys}}},
          seen{.valid = valid, .inner = {.offset = 4}},
          where{.keys = selected},
          key_count{keys} {}
    head_rows<padding<causal>> rows(index_t head = 0) const { return {seen, where, at, 0, head, key_count}; }
};

/// How often each cell is in the ranges, which must be ascending, disjoint and not empty.
std::vector<int> counts(cell_ranges const& ranges, index_t key_count) {
    std::vector<int> times(static_cast<std::size_t>(key_count), 0);
    index_t last = 0;
    for (key_range const& range : ranges) {
        CHECK(range.size() > 0);
        CHECK(range.begin >= last);
        last = range.end;
        for (index_t cell = range.begin; cell < range.end; ++cell) { ++times[static_cast<std::size_t>(cell)]; }
    }
    return times;
}

}   // namespace

TEST_CASE("head_rows: every cell is either inside or outside a selection of keys, by its position", "[attention]") {
    index_set many = index_set::none();
    for (index_t i = 0; i < 8; ++i) { many.insert({4 * i + 1, 4 * i + 3}); }
    for (index_set const& selected : {index_set{}, index_set::none(), index_set{{0, 1}}, index_set{{3, 9}},
                                      index_set{{0, 2}, {5, 6}, {20, 1000}}, index_set{{100, 200}}, many}) {
        for (index_t const origin : {0, 1, 5, 33}) {
            for (index_t const keys : {0, 1, 6, 33}) {
                if (origin > keys) { continue; }
                INFO("origin " << origin << ", " << keys << " keys");
                cells const all(origin, keys, selected);
                auto const split = split_keys(all.rows());
                auto const inside = counts(split.inside, keys), outside = counts(split.outside, keys);
                for (index_t cell = 0; cell < keys; ++cell) {
                    int const expected = selected.contains(cell - origin) ? 1 : 0;
                    CHECK(inside[static_cast<std::size_t>(cell)] == expected);
                    CHECK(outside[static_cast<std::size_t>(cell)] == 1 - expected);
                }
            }
        }
    }
}

TEST_CASE("head_rows: a row is at its position, and an edit selects it by that and by its head", "[attention]") {
    cells all(2, 20, {{3, 5}});
    std::array<std::uint64_t, 1> const samples{77};
    all.at = {.layer = 6, .step = 1, .first_query = 4, .samples = samples};
    all.where.queries = {{3, 5}};
    all.where.heads = {{1, 2}};
    auto const rows = all.rows(1);
    auto const site = rows.where(3);
    CHECK(site.sample == 77);
    CHECK(site.layer == 6);
    CHECK(site.head == 1);
    CHECK(site.query == 4 + 3 - 2);
    CHECK_FALSE(rows.edits(0));   // position 2
    CHECK(rows.edits(1));
    CHECK(rows.edits(2));
    CHECK_FALSE(rows.edits(3));
    CHECK_FALSE(all.rows(0).edits(1));
    CHECK(rows.visible(3) == key_range{2, 8});
    CHECK(rows.keys(3) == visible_keys({2, 8}, 2, {{3, 5}}));
    CHECK(rows.keys(3).total == 2);   // cells 5 and 6
}

TEST_CASE("head_rows: a row that sees nothing sees the empty range at 0", "[attention]") {
    cells const all(7, 20, {});
    CHECK(all.rows().visible(0) == key_range{});   // cells below 5 against cells from 7 on
    CHECK(all.rows().keys(0).total == 0);
    CHECK(all.rows().visible(2) == key_range{});
    CHECK(all.rows().visible(3) == key_range{7, 8});
}
