// SPDX-License-Identifier: MIT
#include <causalmm/sampling/temperature.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

#include <causalmm/core/finite.hpp>
#include <causalmm/sampling/multinomial.hpp>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::errc;
using causalmm::minus_infinity;
using causalmm::sampling::multinomial;
using causalmm::sampling::temperature;
using support::candidates;
using support::left_by;

static_assert(causalmm::sampling::filter_policy<temperature>);
static_assert(temperature{.value = -1.0f}.check() == errc::bad_parameter);
static_assert(temperature{}.value == 1.0f);

TEST_CASE("temperature: (l - max l) / T by hand", "[sampling]") {
    for (auto const& [value, expected] :
         {std::pair{1.0f, std::vector{-2.0f, 0.0f, -0.5f}}, std::pair{2.0f, std::vector{-1.0f, 0.0f, -0.25f}},
          std::pair{0.25f, std::vector{-8.0f, 0.0f, -2.0f}}}) {
        auto all = candidates({1.0f, 3.0f, 2.5f});
        REQUIRE(temperature{value}.filter(all) == 3);
        CHECK(support::logits(all) == expected);
        CHECK(support::ids(all) == std::vector<support::token>{0, 1, 2});
    }
}

TEST_CASE("temperature: N55 0 leaves the lowest id among the maxima", "[sampling]") {
    for (float const zero : {0.0f, -0.0f}) {
        CHECK(temperature{zero}.check());
        CHECK(left_by(temperature{zero}, {1.0f, 3.0f, 3.0f, 2.0f}) == std::vector<support::token>{1});
        CHECK(left_by(temperature{zero}, {1.0f}) == std::vector<support::token>{0});
        CHECK(left_by(temperature{zero}, {minus_infinity(), -5.0f}) == std::vector<support::token>{1});
    }
}

TEST_CASE("temperature: N55 tiny values neither overflow nor lose the maximum", "[sampling]") {
    for (float const tiny : {1e-6f, 1e-30f, 1.2e-38f, 1e-40f, 1e-45f}) {
        INFO(tiny);
        REQUIRE(temperature{tiny}.check());
        auto all = candidates({1.0f, 3.0f, 2.5f, -3.0e38f, minus_infinity()});
        auto const kept = temperature{tiny}.filter(all);
        if (kept == 1) { CHECK(all[0].id == 1); }   // as at T = 0
        for (std::size_t i = 0; i < kept && kept > 1; ++i) {
            CHECK_FALSE(causalmm::is_nan(all[i].logit));
            CHECK((all[i].id == 1 ? all[i].logit == 0.0f : all[i].logit < -400000.0f));
        }
        for (std::uint64_t step = 0; step < 50; ++step) {
            CHECK(multinomial{}.choose(std::span{all}.first(kept), {.seed = 1, .sample = 1, .step = step}) == 1);
        }
    }
}

TEST_CASE("temperature: N55 a huge value makes the finite tokens equal and revives no other", "[sampling]") {
    for (float const huge : {1e6f, 1e30f, 3.0e38f}) {
        auto all = candidates({-30.0f, minus_infinity(), 30.0f});
        REQUIRE(temperature{huge}.filter(all) == 3);
        CHECK(all[0].logit > -1e-4f);
        CHECK(all[2].logit == 0.0f);
        int seen[3] = {};
        for (std::uint64_t step = 0; step < 1000; ++step) {
            ++seen[multinomial{}.choose(all, {.seed = 1, .sample = 1, .step = step})];
        }
        CHECK(seen[1] == 0);
        CHECK(std::abs(seen[0] - seen[2]) < 160);   // 5 standard deviations of 31.6
    }
}

TEST_CASE("temperature: a spread wider than a float's range stays ordered", "[sampling]") {
    auto all = candidates({-3.0e38f, 3.0e38f, 2.0e38f, 0.0f});
    REQUIRE(temperature{}.filter(all) == 4);
    CHECK(all[1].logit == 0.0f);
    CHECK(all[2].logit < 0.0f);
    CHECK(all[2].logit > all[3].logit);
    CHECK(all[3].logit >= all[0].logit);   // 6e38 below the maximum is no float
    CHECK_FALSE(causalmm::is_nan(all[0].logit));
}

TEST_CASE("temperature: an overflow is never ranked above a quotient that still is a float", "[sampling]") {
    auto all = candidates({0.0f, -3.2e38f, -3.3e38f});   // at T = 1 both fit, at T = 0.95 the second alone does
    REQUIRE(temperature{0.95f}.filter(all) == 3);
    CHECK(all[1].logit >= all[2].logit);
}

TEST_CASE("temperature: N55 a negative or non-finite value is a bad parameter", "[sampling]") {
    for (float const bad : {-1.0f, -1.2e-38f, support::quiet_nan, support::infinity, -support::infinity}) {
        INFO(bad);
        CHECK(temperature{.value = bad}.check() == errc::bad_parameter);
    }
    for (float const good : {1e-6f, 1.0f, 1e6f}) { CHECK(temperature{.value = good}.check()); }
}

TEST_CASE("temperature: N60 every vocabulary size", "[sampling]") {
    for (int const size : support::vocabularies) {
        auto all = candidates(std::vector<float>(static_cast<std::size_t>(size), 2.0f));
        all.back().logit = 5.0f;
        REQUIRE(temperature{1.5f}.filter(all) == all.size());
        CHECK(all.back().logit == 0.0f);
        if (size > 1) { CHECK(all.front().logit == -2.0f); }
    }
}
