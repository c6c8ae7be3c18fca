// SPDX-License-Identifier: MIT
#include <causalmm/selection/region.hpp>

#include "catch.hpp"

using causalmm::errc;
using causalmm::tower;
using causalmm::selection::index_set;
using causalmm::selection::region;
using causalmm::selection::towers;

static_assert(region{}.check());
static_assert(region{}.contains_layer(tower::vision, 0, 0) && region{}.contains_layer(tower::language, 31, 1000));
static_assert(region{}.contains_row(0, 0));
static_assert(towers{}.contains(tower::vision) && towers{}.contains(tower::language));
static_assert(!towers{.vision = false, .language = true}.contains(tower::vision));
static_assert(towers{.vision = false, .language = true}.contains(tower::language));
static_assert(!towers{.vision = true, .language = false}.contains(tower::language));

TEST_CASE("region: every axis must hold its index", "[selection]") {
    region const middle{.towers = {.vision = false, .language = true},
                        .layers = {{9, 15}},
                        .heads = {{0, 2}, {5, 6}},
                        .queries = {{10, 20}},
                        .keys = {{3, 4}},
                        .steps = {{0, 1}}};
    REQUIRE(middle.check() == errc::ok);
    CHECK(middle.contains_layer(tower::language, 9, 0));
    CHECK_FALSE(middle.contains_layer(tower::vision, 9, 0));
    CHECK_FALSE(middle.contains_layer(tower::language, 15, 0));
    CHECK_FALSE(middle.contains_layer(tower::language, 9, 1));
    CHECK(middle.contains_row(5, 19));
    CHECK_FALSE(middle.contains_row(2, 19));
    CHECK_FALSE(middle.contains_row(5, 20));
}

TEST_CASE("region: an empty axis selects nothing", "[selection]") {
    CHECK_FALSE(region{.layers = index_set::none()}.contains_layer(tower::vision, 0, 0));
    CHECK_FALSE(region{.steps = index_set::none()}.contains_layer(tower::vision, 0, 0));
    CHECK_FALSE(region{.heads = index_set::none()}.contains_row(0, 0));
    CHECK_FALSE(region{.queries = index_set::none()}.contains_row(0, 0));
}

TEST_CASE("region: a bad set on any axis is reported", "[selection]") {
    index_set const bad{{4, 2}};
    CHECK(region{.layers = bad}.check() == errc::bad_parameter);
    CHECK(region{.heads = bad}.check() == errc::bad_parameter);
    CHECK(region{.queries = bad}.check() == errc::bad_parameter);
    CHECK(region{.keys = bad}.check() == errc::bad_parameter);
    CHECK(region{.steps = bad}.check() == errc::bad_parameter);
}

TEST_CASE("region: of two bad sets the first one speaks", "[selection]") {
    index_set many = index_set::none();
    for (causalmm::index_t i = 0; i < 9; ++i) { many.insert({2 * i, 2 * i + 1}); }
    region const both{.layers = many, .steps = {{4, 2}}};
    CHECK(both.check() == errc::out_of_capacity);
}
