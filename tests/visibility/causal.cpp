// SPDX-License-Identifier: MIT
#include <causalmm/visibility/causal.hpp>

#include <limits>

#include "catch.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::visibility::causal;
using causalmm::visibility::key_range;

static_assert(causalmm::visibility::visibility_policy<causal>);
static_assert(causal::name == "causal");
static_assert(causal{}.keys(0, 0, 8) == key_range{0, 1}, "the first query sees itself alone");
static_assert(causal{}.keys(0, 7, 8) == key_range{0, 8});
static_assert(causal{}.keys(0, 9, 8) == key_range{0, 8}, "cut at the number of keys");
static_assert(causal{.offset = 5}.keys(0, 0, 8) == key_range{0, 6});
static_assert(causal{.offset = 7}.keys(0, 0, 8) == key_range{0, 8}, "a decode step sees the whole cache");
static_assert(causal{.offset = 7}.origin(3) == 0);

TEST_CASE("causal: row i of a prefill and decode step i see the same keys", "[visibility]") {
    for (index_t i = 0; i < 20; ++i) { CHECK(causal{}.keys(0, i, 20) == causal{.offset = i}.keys(0, 0, i + 1)); }
}

TEST_CASE("causal: a negative offset is a bad parameter", "[visibility]") {
    CHECK(causal{.offset = -1}.check(1, 8) == errc::bad_parameter);
    CHECK(causal{.offset = 0}.check(1, 8) == errc::ok);
    CHECK(causal{.offset = 1000}.check(1, 8) == errc::ok);
}

TEST_CASE("causal: the largest offset sees everything and does not overflow", "[visibility]") {
    causal const far{.offset = std::numeric_limits<index_t>::max()};
    REQUIRE(far.check(1, 8) == errc::ok);
    CHECK(far.keys(0, 0, 8) == key_range{0, 8});
    CHECK(far.keys(0, 5, 8) == key_range{0, 8});
}

TEST_CASE("causal: no keys, nothing seen", "[visibility]") { CHECK(causal{}.keys(0, 3, 0).size() == 0); }
