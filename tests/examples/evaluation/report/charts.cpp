// SPDX-License-Identifier: MIT
#include <evaluation/report/charts.hpp>

#include <cmath>

#include "catch.hpp"
#include "content_setting.hpp"

namespace report = evaluation::report;
using support::count;

namespace {

std::vector<std::string> const names = {"greedy", "a<1>", "b"};

}   // namespace

TEST_CASE("interval chart: two intervals and a mark for each method but the baseline", "[evaluation]") {
    auto const chart = report::interval_chart(support::report_content(), names, 0);
    CHECK(support::breach_of_xml(chart).empty());
    CHECK(count(chart, "class=\"range ") == 4);
    CHECK(count(chart, "class=\"dot ") == 4);
    CHECK_THAT(chart, Catch::Contains("a&lt;1&gt;") && Catch::Contains("differences to greedy on random"));
}

TEST_CASE("distribution chart: widths are the shares", "[evaluation]") {
    auto const chart = report::distribution_chart(support::report_content(), names, 1);
    CHECK(support::breach_of_xml(chart).empty());
    // greedy: half yes and right, half yes and wrong; of 316 units.
    CHECK_THAT(chart,
               Catch::Contains("x=\"12.0\" y=\"18.0\" width=\"158.0\" height=\"12.0\" class=\"yes\"") &&
                   Catch::Contains("x=\"170.0\" y=\"18.0\" width=\"158.0\" height=\"12.0\" class=\"yes wrong\""));
    CHECK(count(chart, "class=\"no\"") == 1);
    CHECK(count(chart, "class=\"truth\"") == 3);
    CHECK_THAT(chart, Catch::Contains("100.0 %") && Catch::Contains("50.0 %"));
}

TEST_CASE("margin chart: only of margins that are known and are not the baseline's", "[evaluation]") {
    auto of = support::report_content();
    auto const chart = report::margin_chart(of, names, 0, 1);
    CHECK(support::breach_of_xml(chart).empty());
    CHECK(count(chart, "<polyline") == 4);
    CHECK(report::margin_chart(of, names, 0, 2).empty());
    of.splits[0].replies[1][3].margin = std::nanf("");
    CHECK(report::margin_chart(of, names, 0, 1).empty());
}

TEST_CASE("cost chart: a number for each method whose cost is known", "[evaluation]") {
    auto of = support::report_content();
    auto const chart = report::cost_chart(of, names, 0);
    CHECK(support::breach_of_xml(chart).empty());
    CHECK(count(chart, "class=\"number middle\"") == 3);
    for (auto& row : of.summary.rows) row.cost.reset();
    CHECK(report::cost_chart(of, names, 0).empty());
}

TEST_CASE("charts: verdicts have a style and a mark, long names are cut", "[evaluation]") {
    evaluation::comparison row;
    row.is_yes_no = true;
    CHECK(report::verdict_style(row) == "none");
    CHECK(report::verdict_mark(row) == "\xE2\x97\x8B");
    row.difference = {.mean = -0.1, .low = -0.2, .high = -0.05};
    CHECK(report::verdict_style(row) == "loss");
    row.difference = {.mean = 0.1, .low = 0.05, .high = 0.2};
    CHECK(report::verdict_style(row) == "bias");
    row.to_bias = row.difference;
    CHECK(report::verdict_style(row) == "gain");
    CHECK(report::clipped("abcdef", 6) == "abcdef");
    CHECK(report::clipped("abcdefg", 6) == "abc...");
}
