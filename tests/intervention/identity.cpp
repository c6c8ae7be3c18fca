// SPDX-License-Identifier: MIT
#include <causalmm/intervention/identity.hpp>

#include "catch.hpp"

using causalmm::row_stats;
using causalmm::intervention::affine_weight;
using causalmm::intervention::identity;

static_assert(causalmm::intervention::affine_policy<identity>);
static_assert(identity::name == "identity");
static_assert(identity{}.affine({.visible = 4, .max_prob = 0.5f, .mass = 1.0, .mean = 0.25}) ==
              affine_weight{.a = 0.0f, .b = 1.0f});

TEST_CASE("identity: w' = w whatever the row holds, and the dose is the mass", "[intervention]") {
    for (double const mass : {0.0, 0.5, 1.0, 2.0}) {
        row_stats const row{.visible = 7, .max_prob = 0.4f, .mass = mass, .mean = mass / 7};
        affine_weight const edit = identity{}.affine(row);
        CHECK(edit.a == 0.0f);
        CHECK(edit.b == 1.0f);
        CHECK(dose(edit, row) == mass);
    }
    CHECK(identity{}.check() == causalmm::errc::ok);
}
