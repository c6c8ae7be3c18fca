// SPDX-License-Identifier: MIT
#include <causalmm/contrast/gated.hpp>

#include <cmath>
#include <vector>

#include "catch.hpp"
#include "support/candidates.hpp"
#include "support/prepared.hpp"

using causalmm::errc;
using causalmm::contrast::divergence;
using causalmm::contrast::gated;
using support::contrasted;
using rows = support::plain_rows<1>;

static_assert(causalmm::contrast::contrast_policy<gated> && causalmm::contrast::prepared_contrast<gated>);
static_assert(gated{}.check() && gated{}.reads(0) && !gated{.alpha = 0.0f, .gamma = 0.0f}.reads(0));
static_assert(gated{.alpha = 0.0f}.reads(0) && gated{.gamma = 0.0f}.reads(0));

TEST_CASE("gated: a branch that agrees is added, one that differs is contrasted with, by hand", "[contrast]") {
    rows const close{.own = {2.0f, 1.0f}, .others = {{{2.0f, 1.0f}}}};
    CHECK(contrasted(gated{.alpha = 3.0f}, close) == std::vector<float>{8.0f, 4.0f});    // l + 3 l
    rows const apart{.own = {2.0f, -2.0f}, .others = {{{-2.0f, 2.0f}}}};                 // tv = tanh 2 = 0.96
    CHECK(contrasted(gated{.gamma = 1.0f}, apart) == std::vector<float>{6.0f, -6.0f});   // 2 l - l_b
    CHECK(contrasted(gated{.gamma = 0.5f}, apart) == std::vector<float>{4.0f, -4.0f});
}

TEST_CASE("gated: the threshold is a total variation", "[contrast]") {
    // p = (0.8, 0.2), q = (0.5, 0.5): tv = 0.3
    rows const some{.own = {std::log(0.8f), std::log(0.2f)}, .others = {{{0.0f, 0.0f}}}};
    CHECK(contrasted(gated{.threshold = 0.301f, .alpha = 1.0f}, some)[0] == std::log(0.8f));   // l + 0
    CHECK(contrasted(gated{.threshold = 0.299f, .gamma = 1.0f}, some)[0] == 2.0f * std::log(0.8f));
}

TEST_CASE("gated: the threshold is a Jensen-Shannon divergence in nats where that is asked for", "[contrast]") {
    // p = (3/4, 1/4), q = (1/4, 3/4), m = (1/2, 1/2): each row's part is 3/4 log(3/2) + 1/4 log(1/2)
    // = 0.75 * 0.405465 - 0.25 * 0.693147 = 0.130812, and so is their mean; in bits 0.188722; tv = 1/2
    rows const some{.own = {std::log(3.0f), 0.0f}, .others = {{{0.0f, std::log(3.0f)}}}};
    auto const js = divergence::jensen_shannon;
    float const l = std::log(3.0f);
    CHECK(contrasted(gated{.threshold = 0.1309f, .alpha = 2.0f, .measure = js}, some) ==
          std::vector<float>{l, 2.0f * l});   // l + 2 l_b
    CHECK(contrasted(gated{.threshold = 0.1308f, .gamma = 1.0f, .measure = js}, some) ==
          std::vector<float>{2.0f * l, -l});   // 2 l - l_b
    // Total variation lies on the other side of the first threshold.
    CHECK(contrasted(gated{.threshold = 0.1309f, .gamma = 1.0f}, some) == std::vector<float>{2.0f * l, -l});
}

TEST_CASE("gated: rows that share no token are log 2 apart in js", "[contrast]") {
    rows const apart{.own = {200.0f, -200.0f}, .others = {{{-200.0f, 200.0f}}}};             // the rest is exp(-400)
    gated how{.threshold = 0.6932f, .alpha = 1.0f, .measure = divergence::jensen_shannon};   // log 2 = 0.693147
    CHECK(contrasted(how, apart) == std::vector<float>{0.0f, 0.0f});
    how.threshold = 0.6931f;
    CHECK(contrasted(how, apart) == std::vector<float>{600.0f, -600.0f});
}

TEST_CASE("gated: threshold 0 always contrasts, one above 1 always assembles", "[contrast]") {
    rows const same{.own = {2.0f, 1.0f}, .others = {{{2.0f, 1.0f}}}};
    CHECK(contrasted(gated{.threshold = 0.0f}, same) == same.own);
    rows const apart{.own = {50.0f, -50.0f}, .others = {{{-50.0f, 50.0f}}}};
    CHECK(contrasted(gated{.threshold = 1.5f, .alpha = 1.0f}, apart) == std::vector<float>{0.0f, 0.0f});
}

TEST_CASE("gated: N30 a parameter that is negative or not finite is a bad one", "[contrast]") {
    for (float const bad : {-0.1f, support::quiet_nan, support::infinity}) {
        CHECK(gated{.threshold = bad}.check() == errc::bad_parameter);
        CHECK(gated{.alpha = bad}.check() == errc::bad_parameter);
        CHECK(gated{.gamma = bad}.check() == errc::bad_parameter);
    }
}
