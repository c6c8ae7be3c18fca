// SPDX-License-Identifier: MIT
#include <causalmm/intervention/interpolated.hpp>

#include <causalmm/intervention/identity.hpp>
#include <causalmm/intervention/random.hpp>
#include <causalmm/intervention/renormalized.hpp>
#include <causalmm/intervention/reversed.hpp>
#include <causalmm/intervention/uniform.hpp>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::errc;
using causalmm::row_stats;
using causalmm::status;
using namespace causalmm::intervention;   // NOLINT: the folder under test

namespace {

struct refusing {
    static constexpr std::string_view name = "refusing";
    constexpr status check() const noexcept { return {errc::unsupported, "refused"}; }
    constexpr affine_weight affine(row_stats const&) const noexcept { return {}; }
};
template <class Policy>
concept can_be_interpolated = requires {
    typename interpolated<Policy>;
};

row_stats const row{.visible = 4, .max_prob = 0.5f, .mass = 1.0, .mean = 0.25};

}   // namespace

static_assert(affine_policy<interpolated<reversed>> && intervention_policy<interpolated<reversed>>);
static_assert(interpolated<renormalized<reversed>>::name == "interpolated_renormalized_reversed");
static_assert(affine_policy<renormalized<interpolated<reversed>>>);
static_assert(!can_be_interpolated<causalmm::intervention::random>, "random draws each weight: no affine edit");
static_assert(scope_of(interpolated<uniform>{.policy = {.over = scope::map}}) == scope::map);

TEST_CASE("interpolated: values worked out by hand", "[intervention]") {
    // reversed: {0.5, -1}; a quarter of it: {0.125, 0.75 - 0.25}.
    CHECK(interpolated<reversed>{.share = 0.25f}.affine(row) == affine_weight{.a = 0.125f, .b = 0.5f});
    // uniform: {0.25, 0}; half of it: {0.125, 0.5}, so 0.5 becomes 0.375 and 0.125 becomes 0.1875.
    CHECK(interpolated<uniform>{.share = 0.5f}.affine(row) == affine_weight{.a = 0.125f, .b = 0.5f});
    CHECK(interpolated<reversed>{}.affine(row) == affine_weight{.a = 0.25f, .b = 0.0f});   // half and half is flat
}

TEST_CASE("interpolated: share 0 is the identity and share 1 the policy, bit for bit", "[intervention]") {
    row_stats const odd{.visible = 577, .max_prob = 0.1f, .mass = 1.0, .mean = 1.0 / 577};
    CHECK(interpolated<reversed>{.share = 0.0f}.affine(odd) == identity{}.affine(odd));
    CHECK(interpolated<reversed>{.share = 1.0f}.affine(odd) == reversed{}.affine(odd));
    CHECK(interpolated<identity>{.share = 0.3f}.affine(odd) == identity{}.affine(odd));
}

TEST_CASE("interpolated: the dose is between the row's mass and the policy's dose", "[intervention]") {
    double const whole = dose(reversed{}.affine(row), row);   // 4 * 0.5 - 1
    for (float const share : {0.0f, 0.125f, 0.5f, 1.0f}) {
        auto const mixed = interpolated<reversed>{.share = share}.affine(row);
        CHECK(dose(mixed, row) == (1.0 - static_cast<double>(share)) * 1.0 + static_cast<double>(share) * whole);
    }
}

TEST_CASE("interpolated: a share outside [0, 1] is a bad parameter; the wrapped policy is checked too",
          "[intervention]") {
    for (float const bad : {-0.1f, 1.0000001f, support::quiet_nan, support::infinity}) {
        CHECK(interpolated<identity>{.share = bad}.check() == errc::bad_parameter);
    }
    for (float const good : {0.0f, 0.5f, 1.0f}) { CHECK(interpolated<identity>{.share = good}.check()); }
    CHECK(interpolated<refusing>{}.check() == errc::unsupported);
}
