// SPDX-License-Identifier: MIT
#include <causalmm/intervention/uniform.hpp>

#include "catch.hpp"

using causalmm::row_stats;
using causalmm::intervention::scope;
using causalmm::intervention::scope_of;
using causalmm::intervention::uniform;

static_assert(causalmm::intervention::affine_policy<uniform>);
static_assert(uniform::name == "uniform");
static_assert(scope_of(uniform{}) == scope::row && scope_of(uniform{.over = scope::map}) == scope::map);
static_assert(uniform{}.affine({.visible = 4, .max_prob = 0.5f, .mass = 1.0, .mean = 0.25}).a == 0.25f);
static_assert(uniform{}.affine({.visible = 4, .max_prob = 0.5f, .mass = 1.0, .mean = 0.25}).b == 0.0f);

TEST_CASE("uniform: N10 w' is the mean of the row and keeps its mass", "[intervention]") {
    for (causalmm::index_t const visible : {1, 2, 3, 17, 577}) {
        for (double const mass : {0.0, 0.5, 1.0, 2.0}) {
            row_stats const row{
                .visible = visible, .max_prob = 0.3f, .mass = mass, .mean = mass / static_cast<double>(visible)};
            auto const edit = uniform{}.affine(row);
            CHECK(edit.b == 0.0f);
            CHECK(static_cast<double>(edit.a) ==
                  Approx(mass / static_cast<double>(visible)).epsilon(6e-8));   // one rounding
            CHECK(dose(edit, row) == Approx(mass).epsilon(6e-8));
        }
    }
    CHECK(uniform{}.check() == causalmm::errc::ok);
}

TEST_CASE("uniform: N02 a single key keeps its weight", "[intervention]") {
    CHECK(uniform{}.affine({.visible = 1, .max_prob = 1.0f, .mass = 1.0, .mean = 1.0}).a == 1.0f);
}

TEST_CASE("uniform: N18 over the map the mean need not be the row's, so the row's dose may change", "[intervention]") {
    row_stats const row{.visible = 4, .max_prob = 0.5f, .mass = 1.0, .mean = 0.5};   // mean of a map with shorter rows
    auto const edit = uniform{.over = scope::map}.affine(row);
    CHECK(edit.a == 0.5f);
    CHECK(dose(edit, row) == 2.0);
}
