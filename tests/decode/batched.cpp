// SPDX-License-Identifier: MIT
#include <causalmm/decode/batched.hpp>

#include <array>
#include <cstddef>
#include <string>

#include "catch.hpp"
#include "support/fake_engine.hpp"

using causalmm::decode::batched;
using causalmm::decode::branch;
using support::cache;
using support::errc;
using support::fake_engine;
using support::token;

static_assert(causalmm::decode::schedule_policy<batched, fake_engine>);

TEST_CASE("batched: one forward for all branches, none for no branch, and none waits", "[decode]") {
    fake_engine engine{32};
    std::array<branch<cache>, 3> branches{branch<cache>{cache{0.0f}}, branch<cache>{cache{0.5f}},
                                          branch<cache>{cache{1.0f}}};
    std::array<token, 3> const text{3, 1, 4};
    for (std::size_t i = 0; i < 3; ++i) { REQUIRE(engine.append(branches[i], std::span{text}.first(i + 1))); }
    CHECK(batched{}.forward(engine, std::array{&branches[0], &branches[1], &branches[2]}));
    CHECK(engine.forwards == 1);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(branches[i].cache().logits ==
              support::row_after(std::span{text}.first(i + 1), 0.5f * static_cast<float>(i), 32));
    }
    CHECK(batched{}.forward(engine, {}));
    CHECK(engine.forwards == 1);
    CHECK_FALSE(batched{}.waits({.needed = 0, .skipped = 9}));
}

TEST_CASE("batched: passes the engine's failure on", "[decode]") {
    fake_engine engine{8};
    engine.fail_forward = 1;
    branch<cache> one{cache{}};
    auto const outcome = batched{}.forward(engine, std::array{&one});
    CHECK(outcome == errc::engine_failure);
    CHECK(std::string{outcome.what} == "fake: broken");
}
