// SPDX-License-Identifier: MIT
#include <evaluation/method_text.hpp>

#include "catch.hpp"

using evaluation::method_text;

TEST_CASE("method text: name and parts", "[evaluation]") {
    CHECK(method_text("greedy").name == "greedy");
    CHECK(method_text("greedy").parts.empty());
    method_text const found("vcd:gamma=1,noise=500");
    CHECK(found.name == "vcd");
    CHECK(found.parts == std::vector<std::string_view>{"gamma=1", "noise=500"});
    CHECK(method_text("causalmm:language=knockout(from=1,to=3),gamma=1").parts ==
          std::vector<std::string_view>{"language=knockout(from=1,to=3)", "gamma=1"});
    CHECK(found.has("noise=500"));
    CHECK_FALSE(found.has("noise=50"));
}
