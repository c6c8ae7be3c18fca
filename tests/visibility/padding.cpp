// SPDX-License-Identifier: MIT
#include <causalmm/visibility/padding.hpp>

#include <array>

#include <causalmm/visibility/causal.hpp>

#include "catch.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::visibility::bidirectional;
using causalmm::visibility::causal;
using causalmm::visibility::key_range;
using causalmm::visibility::padding;

static_assert(causalmm::visibility::visibility_policy<padding<>>);
static_assert(causalmm::visibility::visibility_policy<padding<causal>>);

namespace {
constexpr std::array<key_range, 3> rows{{{0, 6}, {2, 6}, {1, 4}}};   // no, left, and both-sided padding of six cells
}

TEST_CASE("padding: hides cells on either side", "[visibility]") {
    padding<> const policy{.valid = rows, .inner = {}};
    REQUIRE(policy.check(3, 6) == errc::ok);
    CHECK(policy.keys(0, 0, 6) == key_range{0, 6});
    CHECK(policy.keys(1, 5, 6) == key_range{2, 6});
    CHECK(policy.keys(2, 3, 6) == key_range{1, 4});
}

TEST_CASE("padding: intersects with the causal triangle, key by key", "[visibility]") {
    padding<causal> const policy{.valid = rows, .inner = {}};
    for (index_t batch = 0; batch < 3; ++batch) {
        for (index_t query = 0; query < 6; ++query) {
            key_range const seen = policy.keys(batch, query, 6);
            key_range const valid = rows[static_cast<std::size_t>(batch)];
            for (index_t key = 0; key < 6; ++key) {
                bool const expected = key <= query && key >= valid.begin && key < valid.end;
                INFO(batch << ", " << query << ", " << key);
                CHECK((key >= seen.begin && key < seen.end) == expected);
            }
        }
    }
}

TEST_CASE("padding: position 0 stands in the first valid cell", "[visibility]") {
    padding<causal> const policy{.valid = rows, .inner = {.offset = 4}};
    CHECK(policy.origin(0) == 0);
    CHECK(policy.origin(1) == 2);
    CHECK(policy.origin(2) == 1);
    CHECK(policy.keys(1, 1, 6) == key_range{2, 6});
}

TEST_CASE("padding: one range per batch row, or shape_mismatch", "[visibility]") {
    padding<> const policy{.valid = rows, .inner = {}};
    CHECK(policy.check(2, 6) == errc::shape_mismatch);
    CHECK(policy.check(4, 6) == errc::shape_mismatch);
    CHECK(padding<>{}.check(1, 6) == errc::shape_mismatch);
    CHECK(padding<>{}.check(0, 6) == errc::ok);
}

TEST_CASE("padding: a range that leaves the key axis is a bad parameter", "[visibility]") {
    padding<> const policy{.valid = rows, .inner = {}};
    CHECK(policy.check(3, 5) == errc::bad_parameter);
    std::array<key_range, 1> const negative{{{-1, 3}}};
    CHECK(padding<>{.valid = negative, .inner = {}}.check(1, 6) == errc::bad_parameter);
}

TEST_CASE("padding: a bad inner policy is named", "[visibility]") {
    padding<causal> const policy{.valid = rows, .inner = {.offset = -3}};
    CHECK(policy.check(3, 6) == errc::bad_parameter);
}

TEST_CASE("padding: an empty range hides the whole row, also when it is written backwards", "[visibility]") {
    std::array<key_range, 3> const none{{{3, 3}, {6, 6}, {5, 2}}};
    padding<causal> const policy{.valid = none, .inner = {}};
    REQUIRE(policy.check(3, 6) == errc::ok);
    for (index_t batch = 0; batch < 3; ++batch) {
        for (index_t query = 0; query < 6; ++query) { CHECK(policy.keys(batch, query, 6).size() == 0); }
    }
}

TEST_CASE("padding: in padding, position 0 stands in the first cell that both take for valid", "[visibility]") {
    std::array<key_range, 3> const others{{{1, 5}, {1, 6}, {3, 6}}};
    padding<padding<causal>> const policy{.valid = rows, .inner = {.valid = others, .inner = {}}};
    REQUIRE(causalmm::visibility::check(policy, 3, 6, 6) == errc::ok);
    for (index_t const batch : {0, 1, 2}) {
        CHECK(policy.origin(batch) == std::array<index_t, 3>{1, 2, 3}[static_cast<std::size_t>(batch)]);
    }
    CHECK(policy.keys(0, 5, 6) == key_range{1, 5});
    CHECK(policy.keys(2, 5, 6) == key_range{3, 4});
}
