// SPDX-License-Identifier: MIT
#include <causalmm/intervention/reversed.hpp>

#include <algorithm>
#include <array>
#include <numeric>

#include "catch.hpp"

using causalmm::row_stats;
using causalmm::intervention::reversed;
using causalmm::intervention::scope;

static_assert(causalmm::intervention::affine_policy<reversed>);
static_assert(reversed::name == "reversed");
static_assert(reversed{}.affine({.visible = 4, .max_prob = 0.5f}).a == 0.5f);
static_assert(reversed{}.affine({.visible = 4, .max_prob = 0.5f}).b == -1.0f);
static_assert(causalmm::intervention::scope_of(reversed{.over = scope::map}) == scope::map);

TEST_CASE("reversed: the strongest weight becomes zero and the order turns round", "[intervention]") {
    std::array<float, 4> const row{0.125f, 0.5f, 0.25f, 0.125f};
    auto const edit = reversed{}.affine({.visible = 4, .max_prob = 0.5f, .mass = 1.0, .mean = 0.25});
    std::array<float, 4> turned{};
    std::transform(row.begin(), row.end(), turned.begin(), [&](float w) { return edit.a + edit.b * w; });
    CHECK(turned == std::array<float, 4>{0.375f, 0.0f, 0.25f, 0.375f});
}

TEST_CASE("reversed: the dose is visible * max - mass", "[intervention]") {
    row_stats const row{.visible = 4, .max_prob = 0.5f, .mass = 1.0, .mean = 0.25};
    CHECK(dose(reversed{}.affine(row), row) == 1.0);
    row_stats const steep{.visible = 577, .max_prob = 0.25f, .mass = 1.0, .mean = 1.0 / 577};
    CHECK(dose(reversed{}.affine(steep), steep) == 577 * 0.25 - 1.0);
}

TEST_CASE("reversed: N02 and N08 a single key and a flat row leave nothing", "[intervention]") {
    row_stats const single{.visible = 1, .max_prob = 1.0f, .mass = 1.0, .mean = 1.0};
    row_stats const flat{.visible = 4, .max_prob = 0.25f, .mass = 1.0, .mean = 0.25};
    CHECK(dose(reversed{}.affine(single), single) == 0.0);
    CHECK(dose(reversed{}.affine(flat), flat) == 0.0);
    CHECK(reversed{}.check() == causalmm::errc::ok);
}
