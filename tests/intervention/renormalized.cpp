// SPDX-License-Identifier: MIT
#include <causalmm/intervention/renormalized.hpp>

#include <cmath>

#include <causalmm/intervention/identity.hpp>
#include <causalmm/intervention/random.hpp>
#include <causalmm/intervention/reversed.hpp>
#include <causalmm/intervention/shuffled.hpp>
#include <causalmm/intervention/uniform.hpp>

#include "catch.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::row_stats;
using namespace causalmm::intervention;   // NOLINT: the folder under test

static_assert(renormalized<reversed>::name == "renormalized_reversed");
static_assert(renormalized<causalmm::intervention::random>::name == "renormalized_random");
static_assert(affine_policy<renormalized<reversed>> && !weight_policy<renormalized<reversed>>);
static_assert(weight_policy<renormalized<causalmm::intervention::random>> &&
              !affine_policy<renormalized<causalmm::intervention::random>>);
static_assert(index_policy<renormalized<shuffled>>);
static_assert(intervention_policy<renormalized<renormalized<uniform>>>);
static_assert(restores_mass<renormalized<reversed>> && !restores_mass<reversed>);
static_assert(scope_of(renormalized<reversed>{.policy = {.over = scope::map}}) == scope::map);
static_assert(scope_of(renormalized<causalmm::intervention::random>{}) == scope::row);

TEST_CASE("renormalized: an affine policy's dose becomes the row's mass", "[intervention]") {
    for (index_t const visible : {2, 3, 17, 577}) {
        for (double const mass : {0.5, 1.0, 2.0}) {
            float const largest = static_cast<float>(1.5 * mass / static_cast<double>(visible));
            row_stats const row{
                .visible = visible, .max_prob = largest, .mass = mass, .mean = mass / static_cast<double>(visible)};
            auto const plain = reversed{}.affine(row);
            auto const scaled = renormalized<reversed>{}.affine(row);
            double const left =
                static_cast<double>(visible) * static_cast<double>(largest) - mass;   // visible max - mass
            CHECK(static_cast<double>(scaled.a) == Approx(static_cast<double>(plain.a) * mass / left).epsilon(1e-6));
            CHECK(static_cast<double>(scaled.b) == Approx(-mass / left).epsilon(1e-6));
            CHECK(dose(scaled, row) == Approx(mass).epsilon(1e-6));
        }
    }
}

TEST_CASE("renormalized: N02 and N08 rows with nothing left become uniform with the same mass", "[intervention]") {
    for (index_t const visible : {1, 2, 7, 577}) {
        for (double const mass : {0.25, 1.0, 2.0}) {
            double const mean = mass / static_cast<double>(visible);
            row_stats const flat{.visible = visible, .max_prob = static_cast<float>(mean), .mass = mass, .mean = mean};
            auto const edit = renormalized<reversed>{}.affine(flat);
            CHECK(edit.b == 0.0f);
            CHECK(static_cast<double>(edit.a) == Approx(mean).epsilon(1e-7));
        }
    }
}

TEST_CASE("renormalized: N08 a dose of rounding error only counts as nothing", "[intervention]") {
    float const share = 1.0f / 577.0f;
    row_stats const almost{.visible = 577,
                           .max_prob = std::nextafter(share, 1.0f),
                           .mass = 577.0 * static_cast<double>(share),
                           .mean = static_cast<double>(share)};
    auto const edit = renormalized<reversed>{}.affine(almost);
    CHECK(edit.b == 0.0f);
    CHECK(edit.a == Approx(share));
}

TEST_CASE("renormalized: N18 a row without mass keeps none, and nothing is divided by zero", "[intervention]") {
    row_stats const none{.visible = 5, .max_prob = 0.0f, .mass = 0.0, .mean = 0.0};
    CHECK(renormalized<reversed>{}.affine(none) == affine_weight{.a = 0.0f, .b = 0.0f});
    CHECK(renormalized<uniform>{}.affine(none) == affine_weight{.a = 0.0f, .b = 0.0f});
}

TEST_CASE("renormalized: what keeps the mass already is left alone", "[intervention]") {
    row_stats const row{.visible = 8, .max_prob = 0.5f, .mass = 1.0, .mean = 0.125};
    CHECK(renormalized<identity>{}.affine(row) == affine_weight{});
    CHECK(renormalized<uniform>{}.affine(row) == uniform{}.affine(row));
    auto once = renormalized<reversed>{}.affine(row);
    auto twice = renormalized<renormalized<reversed>>{}.affine(row);
    CHECK(twice.a == Approx(once.a).epsilon(1e-6));
    CHECK(twice.b == Approx(once.b).epsilon(1e-6));
}

TEST_CASE("renormalized: over the map, rows whose maximum is another row's keep their own mass", "[intervention]") {
    row_stats const row{.visible = 4, .max_prob = 0.75f, .mass = 1.0, .mean = 0.25};
    auto const edit = renormalized<reversed>{.policy = {.over = scope::map}}.affine(row);
    CHECK(static_cast<double>(edit.a) == Approx(0.75 / 2.0));   // 4 * 0.75 - 1 = 2 is left
    CHECK(static_cast<double>(edit.b) == Approx(-1.0 / 2.0));
}

TEST_CASE("renormalized: verbs and check are the wrapped policy's", "[intervention]") {
    causalmm::site const here{.head = 2};
    renormalized<causalmm::intervention::random> const drawn{.policy = {.seed = 4, .scale = 3.0f}};
    CHECK(drawn.weight({}, here)(9, 0.0f) == drawn.policy.weight({}, here)(9, 0.0f));
    renormalized<shuffled> const moved{.policy = {.seed = 4}};
    CHECK(moved.swaps(here)(9) == moved.policy.swaps(here)(9));
    CHECK(drawn.check() == errc::ok);
    CHECK(renormalized<causalmm::intervention::random>{.policy = {.scale = -1.0f}}.check() == errc::bad_parameter);
}
