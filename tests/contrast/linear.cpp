// SPDX-License-Identifier: MIT
#include <causalmm/contrast/linear.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::errc;
using causalmm::contrast::linear;

static_assert(causalmm::contrast::contrast_policy<linear<0>>);
static_assert(causalmm::contrast::contrast_policy<linear<1>>);
static_assert(causalmm::contrast::contrast_policy<linear<3>>);
static_assert(linear<2>::branches == 2);
static_assert(linear<1>{.gamma = {1.0f}}.check());
static_assert(linear<1>{.gamma = {-0.5f}}.check() == errc::bad_parameter);
static_assert(!linear<2>{.gamma = {0.0f, 1.0f}}.reads(0) && linear<2>{.gamma = {0.0f, 1.0f}}.reads(1));

namespace {

template <std::size_t Branches>
float contrast(std::array<float, Branches> gamma, float factual, std::array<float, Branches> counterfactual) {
    return linear<Branches>{gamma}.contrast(factual, counterfactual);
}

/// Multiples of 1/16 in [-8, 8): with gammas that are multiples of 1/4 every formula below is exact in float, however associated.
class dyadic {
  public:
    float operator()() {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return static_cast<float>(static_cast<int>(state_ >> 56) - 128) / 16.0f;
    }

  private:
    std::uint64_t state_ = 1;
};

}   // namespace

TEST_CASE("linear: values worked out by hand", "[contrast]") {
    CHECK(contrast<1>({1.0f}, 2.0f, {1.0f}) == 3.0f);                            // 2*2 - 1
    CHECK(contrast<1>({0.5f}, 2.0f, {-2.0f}) == 4.0f);                           // 1.5*2 + 0.5*2
    CHECK(contrast<1>({2.0f}, -1.0f, {1.0f}) == -5.0f);                          // 3*(-1) - 2
    CHECK(contrast<2>({1.0f, 1.0f}, 2.0f, {1.0f, 4.0f}) == 1.0f);                // 3*2 - 1 - 4
    CHECK(contrast<2>({0.5f, 2.0f}, 4.0f, {2.0f, 3.0f}) == 7.0f);                // 4 + 0.5*2 + 2*1
    CHECK(contrast<3>({1.0f, 2.0f, 4.0f}, 1.0f, {0.0f, 0.5f, 2.0f}) == -1.0f);   // 1 + 1 + 1 - 4
}

TEST_CASE("linear: N31 one branch is (1 + g) l - g lv, two are (1 + 2 g) l - g lv - g ll", "[contrast]") {
    dyadic next;
    for (float const g : {0.0f, 0.25f, 0.5f, 1.0f, 3.0f}) {
        for (int i = 0; i < 200; ++i) {
            double const l = next();
            double const v = next();
            double const t = next();
            auto const factual = static_cast<float>(l);
            auto const vision = static_cast<float>(v);
            auto const language = static_cast<float>(t);
            CHECK(contrast<1>({g}, factual, {vision}) == (1.0 + double{g}) * l - double{g} * v);
            CHECK(contrast<2>({g, g}, factual, {vision, language}) ==
                  (1.0 + 2.0 * double{g}) * l - double{g} * v - double{g} * t);
        }
    }
}

TEST_CASE("linear: N22 a counterfactual equal to the factual row leaves every bit", "[contrast]") {
    dyadic next;
    for (float const g : {0.0f, 0.25f, 1.0f, 8.0f}) {
        for (int i = 0; i < 200; ++i) {
            float const l = next();
            CHECK(std::bit_cast<std::uint32_t>(contrast<2>({g, g}, l, {l, l})) == std::bit_cast<std::uint32_t>(l));
        }
    }
    CHECK(contrast<0>({}, 3.14159f, {}) == 3.14159f);
}

TEST_CASE("linear: N31 a constant added to any row shifts all results by one constant", "[contrast]") {
    // The coefficients 1 + sum gamma and -gamma sum to 1: c on the factual row alone moves every token by (1 + sum gamma) c.
    dyadic next;
    std::array<float, 3> const gamma{0.5f, 1.0f, 0.25f};
    for (int i = 0; i < 200; ++i) {
        float const l = next();
        std::array<float, 3> const rows{next(), next(), next()};
        float const plain = contrast<3>(gamma, l, rows);
        CHECK(contrast<3>(gamma, l + 16.0f, {rows[0] + 16.0f, rows[1] + 16.0f, rows[2] + 16.0f}) == plain + 16.0f);
        CHECK(contrast<3>(gamma, l + 16.0f, rows) == plain + 2.75f * 16.0f);
        CHECK(contrast<3>(gamma, l, {rows[0], rows[1] + 16.0f, rows[2]}) == plain - 16.0f);
    }
}

TEST_CASE("linear: agrees with the formula in double within 4 roundings of the largest term", "[contrast]") {
    std::uint64_t state = 7;
    auto const next = [&state] {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<float>(static_cast<double>(state >> 11) * 0x1p-53 * 60.0 - 30.0);
    };
    for (int i = 0; i < 1000; ++i) {
        float const l = next();
        float const v = next();
        float const t = next();
        double const expected = 2.6 * double{l} - 1.0 * double{v} - 0.6 * double{t};
        double const largest = 2.6 * std::fabs(double{l}) + std::fabs(double{v}) + 0.6 * std::fabs(double{t});
        CHECK(std::fabs(double{contrast<2>({1.0f, 0.6f}, l, {v, t})} - expected) <= 4.0 * 0x1p-24 * 2.0 * largest);
    }
}

TEST_CASE("linear: N30 a gamma that is negative or not finite is a bad parameter, wherever it stands", "[contrast]") {
    for (float const bad : {-0.5f, -1.2e-38f, support::quiet_nan, support::infinity, -support::infinity}) {
        INFO(bad);
        CHECK(linear<1>{.gamma = {bad}}.check() == errc::bad_parameter);
        CHECK(linear<2>{.gamma = {1.0f, bad}}.check() == errc::bad_parameter);
        CHECK(linear<3>{.gamma = {bad, 0.0f, 0.0f}}.check() == errc::bad_parameter);
    }
    for (float const good : {0.0f, -0.0f, 0.1f, 1.0f, 100.0f}) { CHECK(linear<1>{.gamma = {good}}.check()); }
    CHECK(linear<0>{}.check());
}

TEST_CASE("linear: N20 a branch of gamma 0 is not read", "[contrast]") {
    linear<3> const policy{.gamma = {0.0f, 0.5f, -0.0f}};
    CHECK_FALSE(policy.reads(0));
    CHECK(policy.reads(1));
    CHECK_FALSE(policy.reads(2));
    CHECK_FALSE(linear<1>{}.reads(0));
}
