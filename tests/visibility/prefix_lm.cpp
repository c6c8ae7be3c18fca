// SPDX-License-Identifier: MIT
#include <causalmm/visibility/prefix_lm.hpp>

#include <limits>

#include <causalmm/visibility/causal.hpp>

#include "catch.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::visibility::causal;
using causalmm::visibility::key_range;
using causalmm::visibility::prefix_lm;

static_assert(causalmm::visibility::visibility_policy<prefix_lm>);
static_assert(prefix_lm::name == "prefix_lm");
static_assert(prefix_lm{.block = {0, 3}}.keys(0, 0, 8) == key_range{0, 3}, "the prefix sees itself whole");
static_assert(prefix_lm{.block = {0, 3}}.keys(0, 2, 8) == key_range{0, 3});
static_assert(prefix_lm{.block = {0, 3}}.keys(0, 3, 8) == key_range{0, 4}, "and what follows is causal");
static_assert(prefix_lm{.block = {2, 5}}.keys(0, 1, 8) == key_range{0, 2}, "so is what comes before an image");
static_assert(prefix_lm{.block = {2, 5}}.keys(0, 2, 8) == key_range{0, 5}, "which sees the text before it too");

TEST_CASE("prefix_lm: without a block it is causal, and a block of one too", "[visibility]") {
    for (index_t q = 0; q < 12; ++q) {
        CHECK(prefix_lm{}.keys(0, q, 10) == causal{}.keys(0, q, 10));
        CHECK(prefix_lm{.block = {4, 5}}.keys(0, q, 10) == causal{}.keys(0, q, 10));
        CHECK(prefix_lm{.block = {5, 4}}.keys(0, q, 10) == causal{}.keys(0, q, 10));
    }
}

TEST_CASE("prefix_lm: a prefill behind a cache sees what the whole prefill sees", "[visibility]") {
    prefix_lm const whole{.block = {3, 7}};
    for (index_t const offset : {0, 1, 3, 5, 7}) {
        for (index_t q = 0; offset + q < 12; ++q) {
            CHECK(prefix_lm{.block = {3, 7}, .offset = offset}.keys(0, q, 12) == whole.keys(0, offset + q, 12));
        }
    }
    CHECK(prefix_lm{.block = {3, 7}, .offset = 9}.keys(0, 0, 10) == key_range{0, 10});   // a decode step
}

TEST_CASE("prefix_lm: the largest offset sees everything and does not overflow", "[visibility]") {
    prefix_lm const far{.block = {0, 2}, .offset = std::numeric_limits<index_t>::max()};
    REQUIRE(far.check(1, 8) == errc::ok);
    CHECK(far.keys(0, 5, 8) == key_range{0, 8});
    CHECK(prefix_lm{}.keys(0, 3, 0).size() == 0);
}

TEST_CASE("prefix_lm: a negative offset or begin is a bad parameter, and so is a block that the keys cut",
          "[visibility]") {
    CHECK(prefix_lm{.offset = -1}.check(1, 8) == errc::bad_parameter);
    CHECK(prefix_lm{.block = {-1, 4}}.check(1, 8) == errc::bad_parameter);
    CHECK(prefix_lm{.block = {2, 9}}.check(1, 8) == errc::bad_parameter);
    CHECK(prefix_lm{.block = {2, 8}}.check(1, 8) == errc::ok);
    CHECK(prefix_lm{.block = {8, 12}}.check(1, 8) == errc::ok);   // the call ends before the image
}
