// SPDX-License-Identifier: MIT
#include <causalmm/decode/sequential.hpp>

#include <array>

#include "catch.hpp"
#include "support/fake_engine.hpp"

using causalmm::decode::branch;
using causalmm::decode::sequential;
using support::cache;
using support::errc;
using support::fake_engine;
using support::token;

static_assert(causalmm::decode::schedule_policy<sequential, fake_engine>);

TEST_CASE("sequential: one forward per branch, and none waits", "[decode]") {
    fake_engine engine{8};
    branch<cache> one{cache{0.0f}};
    branch<cache> two{cache{0.5f}};
    token const first = 1;
    for (auto* const each : {&one, &two}) { REQUIRE(engine.append(*each, std::span{&first, 1})); }
    CHECK(sequential{}.forward(engine, std::array<branch<cache>*, 2>{&one, &two}));
    CHECK(engine.forwards == 2);
    CHECK(one.cache().forwards == 1);
    CHECK(two.cache().forwards == 1);
    CHECK(sequential{}.forward(engine, {}));
    CHECK(engine.forwards == 2);
    CHECK_FALSE(sequential{}.waits({.needed = 0, .skipped = 9}));
}

TEST_CASE("sequential: gives the logits of one pass over all branches", "[decode]") {
    std::array<token, 2> const text{3, 1};
    std::array<branch<cache>, 2> apart{branch<cache>{cache{0.0f}}, branch<cache>{cache{0.5f}}};
    std::array<branch<cache>, 2> together{branch<cache>{cache{0.0f}}, branch<cache>{cache{0.5f}}};
    fake_engine engine{32};
    for (auto* const each : {&apart[0], &apart[1], &together[0], &together[1]}) { REQUIRE(engine.append(*each, text)); }
    REQUIRE(sequential{}.forward(engine, std::array{&apart[0], &apart[1]}));
    REQUIRE(engine.forward(std::array{&together[0], &together[1]}));
    for (std::size_t i = 0; i < 2; ++i) { CHECK(apart[i].cache().logits == together[i].cache().logits); }
}

TEST_CASE("sequential: stops at the first branch that fails and passes the reason on", "[decode]") {
    fake_engine engine{8};
    engine.fail_forward = 2;
    std::array<branch<cache>, 3> branches{branch<cache>{cache{}}, branch<cache>{cache{}}, branch<cache>{cache{}}};
    token const first = 1;
    for (auto& each : branches) { REQUIRE(engine.append(each, std::span{&first, 1})); }
    auto const outcome = sequential{}.forward(engine, std::array{&branches[0], &branches[1], &branches[2]});
    CHECK(outcome == errc::engine_failure);
    CHECK(std::string{outcome.what} == "fake: broken");
    CHECK(branches[0].cache().forwards == 1);
    CHECK(branches[2].cache().forwards == 0);
}
