// SPDX-License-Identifier: MIT
#include <evaluation/report/page.hpp>

#include <evaluation/report/style.hpp>

#include "catch.hpp"
#include "content_setting.hpp"

namespace report = evaluation::report;
using support::count;

TEST_CASE("page: one file of HTML that is XML too, and asks the network nothing", "[evaluation]") {
    auto const page = report::page(support::report_content());
    CHECK(support::breach_of_xml(page) == "");
    CHECK_THAT(page, Catch::StartsWith("<!DOCTYPE html>\n<html xmlns="));
    CHECK(count(page, "http://www.w3.org/1999/xhtml") == 1);
    CHECK(count(page, "http") == 1 + count(page, "http://www.w3.org/2000/svg"));   // names, not addresses
    CHECK(count(page, "url(") == 0);
    CHECK(count(page, "<script>") == 1);
    CHECK(count(page, "m&lt;1&gt;") > 0);
    CHECK_THAT(page, Catch::Contains("width=device-width") && Catch::Contains("@media print"));
}

TEST_CASE("page: every section, a row for each method, every note", "[evaluation]") {
    auto const page = report::page(support::report_content());
    for (auto const* id : {"findings", "differences", "answers", "margins", "costs", "numbers", "samples"}) {
        INFO(id);
        CHECK(count(page, "<section id=\"" + std::string(id) + "\"") == 1);
    }
    CHECK(count(page, "<table class=\"numbers\">") == 2);
    CHECK(count(page, "4 comparisons with greedy: ") == 1);
    CHECK_THAT(page, Catch::Contains("a &amp; b") && Catch::Contains("scoring rule: words"));
    CHECK(count(page, "AUC: area under the curve of the yes/no margin, with half its 95 % interval") == 1);
    CHECK_THAT(page, Catch::Contains("no difference between fake b=2 and greedy is shown"));
}

TEST_CASE("page: the same content gives the same bytes; without margins, costs and pictures it still stands",
          "[evaluation]") {
    auto of = support::report_content();
    CHECK(report::page(of) == report::page(of));
    of.picture = nullptr;
    for (auto& split : of.splits) {
        for (auto& replies : split.replies) {
            for (auto& each : replies) each.margin = std::nanf("");
        }
    }
    for (auto& row : of.summary.rows) {
        row.cost.reset();
        row.to_bias.reset();
        row.area_under_curve.reset();
    }
    auto const page = report::page(of);
    CHECK(support::breach_of_xml(page) == "");
    CHECK(count(page, "Nothing to show") == 2);
}

TEST_CASE("style: nothing in style or script needs escaping in XML", "[evaluation]") {
    for (auto const text : {report::style_sheet(), report::script()})
        CHECK(text.find_first_of("<&") == std::string_view::npos);
}
