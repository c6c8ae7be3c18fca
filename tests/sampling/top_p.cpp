// SPDX-License-Identifier: MIT
#include <causalmm/sampling/top_p.hpp>

#include <cstddef>
#include <vector>

#include <causalmm/core/finite.hpp>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::errc;
using causalmm::minus_infinity;
using causalmm::sampling::top_p;
using support::candidates;
using support::ids;
using support::left_by;
using tokens = std::vector<support::token>;

static_assert(causalmm::sampling::filter_policy<top_p>);
static_assert(top_p{.p = 1.5f}.check() == errc::bad_parameter);
static_assert(top_p{}.p == 1.0f);

TEST_CASE("top_p: keeps the shortest prefix that reaches p", "[sampling]") {
    // probabilities 1/8, 4/8, 3/8 as log 1, log 4, log 3
    auto const left = [](float p) { return left_by(top_p{p}, {0.0f, 1.38629436f, 1.09861229f}); };
    CHECK(left(0.3f) == tokens{1});
    CHECK(left(0.49f) == tokens{1});
    CHECK(left(0.51f) == tokens{1, 2});
    CHECK(left(0.87f) == tokens{1, 2});
    CHECK(left(0.88f) == tokens{0, 1, 2});
}

TEST_CASE("top_p: a sum that equals p is enough, and ties go to the lowest ids", "[sampling]") {
    auto const left = [](float p) { return left_by(top_p{p}, {3.0f, 3.0f, 3.0f, 3.0f}); };   // 1/4 each, exact in float
    CHECK(left(0.25f) == tokens{0});
    CHECK(left(0.26f) == tokens{0, 1});
    CHECK(left(0.5f) == tokens{0, 1});
    CHECK(left(0.75f) == tokens{0, 1, 2});
    CHECK(left(0.7500001f) == tokens{0, 1, 2, 3});
}

TEST_CASE("top_p: N57 0 keeps one token, 1 keeps all, even those of probability zero", "[sampling]") {
    CHECK(left_by(top_p{0.0f}, {1.0f, 2.0f, 2.0f}) == tokens{1});
    CHECK(left_by(top_p{-0.0f}, {1.0f, 2.0f, 2.0f}) == tokens{1});
    CHECK(left_by(top_p{1e-45f}, {1.0f, 2.0f, 2.0f}) == tokens{1});
    CHECK(left_by(top_p{1.0f}, {1.0f, minus_infinity(), 2.0f}) == tokens{0, 1, 2});
    CHECK(left_by(top_p{0.3f}, {7.0f}) == tokens{0});
}

TEST_CASE("top_p: a token of probability zero is not needed to reach p", "[sampling]") {
    CHECK(left_by(top_p{0.9f}, {minus_infinity(), 0.0f, -2000.0f, 0.0f}) == tokens{1, 3});
}

TEST_CASE("top_p: the survivors keep their logits and stand in ascending order of id", "[sampling]") {
    auto all = candidates({1.0f, 5.0f, 0.0f, 6.0f, 5.5f});
    auto const kept = top_p{0.9f}.filter(all);   // of ids 3, 4, 1: 0.504 + 0.306 + 0.185
    REQUIRE(kept == 3);
    all.resize(kept);
    CHECK(ids(all) == tokens{1, 3, 4});
    CHECK(support::logits(all) == std::vector<float>{5.0f, 6.0f, 5.5f});
}

TEST_CASE("top_p: a constant added to all logits changes nothing", "[sampling]") {
    for (float const p : {0.1f, 0.5f, 0.9f, 0.99f}) {
        CHECK(left_by(top_p{p}, {1.0f, 5.0f, 0.0f, 6.0f, 5.5f}) ==
              left_by(top_p{p}, {1025.0f, 1029.0f, 1024.0f, 1030.0f, 1029.5f}));
        CHECK(left_by(top_p{p}, {3.0e38f, -3.0e38f}) == tokens{0});
    }
}

TEST_CASE("top_p: N60 sums stay exact at every vocabulary size", "[sampling]") {
    for (int const size : support::vocabularies) {
        INFO(size);
        auto const count = static_cast<std::size_t>(size);
        auto all = candidates(std::vector<float>(count, -4.0f));
        CHECK(top_p{0.5f}.filter(all) == (count + 1) / 2);
        CHECK(top_p{0.99999994f}.filter(all) == count);   // 1 - 2^-24
    }
}

TEST_CASE("top_p: N57 p outside [0, 1] is a bad parameter", "[sampling]") {
    for (float const bad :
         {-0.1f, -1.2e-38f, 1.0000001f, 1.5f, support::quiet_nan, support::infinity, -support::infinity}) {
        INFO(bad);
        CHECK(top_p{.p = bad}.check() == errc::bad_parameter);
    }
    for (float const good : {0.0f, 0.9f, 1.0f}) { CHECK(top_p{.p = good}.check()); }
}
