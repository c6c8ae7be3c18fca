// SPDX-License-Identifier: MIT
#include <causalmm/visibility/sliding_window.hpp>

#include <limits>

#include <causalmm/visibility/causal.hpp>

#include "catch.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::visibility::causal;
using causalmm::visibility::key_range;
using causalmm::visibility::sliding_window;

static_assert(causalmm::visibility::visibility_policy<sliding_window>);
static_assert(sliding_window::name == "sliding_window");
static_assert(sliding_window{.window = 3}.keys(0, 0, 8) == key_range{0, 1});
static_assert(sliding_window{.window = 3}.keys(0, 2, 8) == key_range{0, 3});
static_assert(sliding_window{.window = 3}.keys(0, 3, 8) == key_range{1, 4}, "three keys, the query's own among them");
static_assert(sliding_window{.window = 1}.keys(0, 5, 8) == key_range{5, 6}, "the smallest window is the query alone");
static_assert(sliding_window{.window = 3, .offset = 7}.keys(0, 0, 8) == key_range{5, 8});

TEST_CASE("sliding_window: row i of a prefill and decode step i see the same keys", "[visibility]") {
    for (index_t i = 0; i < 20; ++i) {
        CHECK(sliding_window{.window = 6}.keys(0, i, 20) == sliding_window{.window = 6, .offset = i}.keys(0, 0, i + 1));
    }
}

TEST_CASE("sliding_window: a window as long as the sequence is causal", "[visibility]") {
    index_t const most = std::numeric_limits<index_t>::max();
    for (index_t const window : {index_t{20}, index_t{4096}, most}) {
        for (index_t q = 0; q < 20; ++q) {
            CHECK(sliding_window{.window = window}.keys(0, q, 20) == causal{}.keys(0, q, 20));
        }
    }
}

TEST_CASE("sliding_window: queries behind the last key see what is left of their window, then nothing",
          "[visibility]") {
    sliding_window const three{.window = 3};
    CHECK(three.keys(0, 9, 8) == key_range{7, 8});
    CHECK(three.keys(0, 10, 8).size() == 0);
    CHECK(three.keys(0, 4, 0).size() == 0);
}

TEST_CASE("sliding_window: the largest offset and window do not overflow", "[visibility]") {
    index_t const most = std::numeric_limits<index_t>::max();
    CHECK(sliding_window{.window = 1, .offset = most}.keys(0, 5, 8).size() == 0);
    CHECK(sliding_window{.window = most, .offset = most}.keys(0, 3, 8) == key_range{4, 8});   // begins at 1 + 3
    CHECK(sliding_window{.window = most, .offset = 0}.keys(0, 3, 8) == key_range{0, 4});
}

TEST_CASE("sliding_window: a negative offset or an empty window is a bad parameter", "[visibility]") {
    CHECK(sliding_window{.offset = -1}.check(1, 8) == errc::bad_parameter);
    CHECK(sliding_window{.window = 0}.check(1, 8) == errc::bad_parameter);
    CHECK(sliding_window{.window = -5}.check(1, 8) == errc::bad_parameter);
    CHECK(sliding_window{.window = 1, .offset = 1000}.check(1, 8) == errc::ok);
}
