// SPDX-License-Identifier: MIT
#include <causalmm/attention/edit.hpp>

#include <array>

#include <causalmm/intervention.hpp>

#include "catch.hpp"

using causalmm::errc;
using causalmm::tower;
using causalmm::attention::edit;
using causalmm::attention::place;
using causalmm::intervention::identity;
using causalmm::intervention::reversed;
using causalmm::selection::region;
using drawn = causalmm::intervention::random;

static_assert(std::is_same_v<decltype(edit{reversed{}}), edit<reversed>>);
static_assert(std::is_same_v<decltype(edit{reversed{}, region{}}), edit<reversed>>);
static_assert(std::is_same_v<decltype(edit{reversed{}, region{}, place{}}), edit<reversed>>);
static_assert(edit{identity{}}.applies(), "by default everywhere");

TEST_CASE("edit: a place without samples is sample 0 in every batch row", "[attention]") {
    CHECK(place{}.sample(0) == 0);
    CHECK(place{}.sample(7) == 0);
    std::array<std::uint64_t, 2> const samples{40, ~std::uint64_t{0}};
    CHECK(place{.samples = samples}.sample(0) == 40);
    CHECK(place{.samples = samples}.sample(1) == ~std::uint64_t{0});
}

TEST_CASE("edit: applies in the selected tower, layers and steps only", "[attention]") {
    region const where{.towers = {.vision = false, .language = true}, .layers = {{2, 4}}, .steps = {{1, 3}}};
    auto const at = [&](tower which, causalmm::index_t layer, causalmm::index_t step) {
        return edit{reversed{}, where, place{.tower = which, .layer = layer, .step = step}}.applies();
    };
    CHECK(at(tower::language, 2, 1));
    CHECK(at(tower::language, 3, 2));
    CHECK_FALSE(at(tower::vision, 2, 1));
    CHECK_FALSE(at(tower::language, 1, 1));
    CHECK_FALSE(at(tower::language, 4, 1));
    CHECK_FALSE(at(tower::language, 2, 0));
    CHECK_FALSE(at(tower::language, 2, 3));
}

TEST_CASE("edit: check is the policy's, then the region's", "[attention]") {
    region const bad{.heads = {{3, 1}}};
    region const full = [] {
        region r{.keys = causalmm::selection::index_set::none()};
        for (causalmm::index_t i = 0; i < 9; ++i) { r.keys.insert({2 * i, 2 * i + 1}); }
        return r;
    }();
    CHECK(edit{reversed{}}.check() == errc::ok);
    CHECK(edit{drawn{.scale = -1.0f}}.check() == errc::bad_parameter);
    CHECK(edit{reversed{}, bad}.check() == errc::bad_parameter);
    CHECK(edit{reversed{}, full}.check() == errc::out_of_capacity);
    CHECK(edit{drawn{.scale = -1.0f}, full}.check() == errc::bad_parameter);
}
