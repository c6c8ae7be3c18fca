// SPDX-License-Identifier: MIT
#include <evaluation/report/names.hpp>

#include "catch.hpp"

using evaluation::report::short_names;
using strings = std::vector<std::string>;

TEST_CASE("names: what methods of one kind share is left out", "[evaluation]") {
    CHECK(short_names(strings{"greedy", "causalmm:vision=shuffled,gamma=1", "causalmm:language=reversed,gamma=1",
                              "vcd:noise=500"}) ==
          strings{"greedy", "causalmm vision=shuffled", "causalmm language=reversed", "vcd"});
    CHECK(short_names(strings{"sample", "sample:seed=1", "sample:seed=2"}) ==
          strings{"sample", "sample seed=1", "sample seed=2"});
    CHECK(short_names({}).empty());
}

TEST_CASE("names: they stay whole where the short ones would be equal", "[evaluation]") {
    CHECK(short_names(strings{"a:x=1,y=2", "a:y=2,x=1"}) == strings{"a:x=1,y=2", "a:y=2,x=1"});
}
