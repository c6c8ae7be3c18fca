// SPDX-License-Identifier: MIT
#include <evaluation/report/svg.hpp>

#include "catch.hpp"

namespace report = evaluation::report;

TEST_CASE("svg: a scale is straight and can be clamped", "[evaluation]") {
    report::scale const x{.low = -1, .high = 3, .from = 100, .to = 20};
    CHECK(x.at(-1) == 100);
    CHECK(x.at(3) == 20);
    CHECK(x.at(0) == 80);
    CHECK(x.clamped(9) == 20);
    CHECK(x.clamped(-9) == 100);
}

TEST_CASE("svg: ticks are round and inside", "[evaluation]") {
    CHECK(report::ticks(-2.3, 4.1, 6) == std::vector<double>{-2, -1, 0, 1, 2, 3, 4});
    CHECK(report::ticks(0, 100, 5) == std::vector<double>{0, 20, 40, 60, 80, 100});
    auto const fine = report::ticks(0.95, 1.32, 4);
    REQUIRE(fine.size() == 4);
    CHECK(fine[0] == Approx(1.0));
    CHECK(fine[3] == Approx(1.3));
}

TEST_CASE("svg: marks", "[evaluation]") {
    CHECK(report::line({1, 2}, {3.25, 4}, "grid") ==
          "<line x1=\"1.0\" y1=\"2.0\" x2=\"3.2\" y2=\"4.0\" class=\"grid\"/>");
    CHECK(report::rectangle({0, 0}, 5, 6, "yes") ==
          "<rect x=\"0.0\" y=\"0.0\" width=\"5.0\" height=\"6.0\" class=\"yes\"/>");
    CHECK(report::circle({1, 1}, 2, "dot") == "<circle cx=\"1.0\" cy=\"1.0\" r=\"2.0\" class=\"dot\"/>");
    std::vector<report::point> const through = {{0, 1}, {2, 3}};
    CHECK_THAT(report::polyline(through, "step"), Catch::Contains("points=\"0.0,1.0 2.0,3.0 \""));
    CHECK(report::label({0, 0}, "a<b", "tick") == "<text x=\"0.0\" y=\"0.0\" class=\"tick\">a&lt;b</text>");
    CHECK_THAT(report::picture(10, 20, "n\"", "<g/>"),
               Catch::StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 10.0 20.0\"") &&
                   Catch::Contains("aria-label=\"n&quot;\"") && Catch::EndsWith("><g/></svg>"));
}
