// SPDX-License-Identifier: MIT
#include <evaluation/stored_run.hpp>

#include "catch.hpp"
#include "run_setting.hpp"

TEST_CASE("stored run: every method on every split, in the order of their names", "[evaluation]") {
    support::run_setting const s;
    REQUIRE(support::run_quietly(s.options("out")) == 0);
    auto const found = evaluation::read_run(s.folder / "out");
    REQUIRE(found.size() == 4);
    CHECK(found[0].name == "popular@fake+a=1");
    CHECK(found[1].name == "popular@greedy");
    CHECK(found[3].header.at("method") == "greedy");
    CHECK(found[3].header.at("seed") == "3");
    CHECK(found[3].header.at("images") == (s.folder / "images").native());
    CHECK(found[3].split.questions.size() == 24);
    CHECK(found[3].answers.settled() == 24);
}
