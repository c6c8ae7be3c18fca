// SPDX-License-Identifier: MIT
#include <evaluation/table_form.hpp>

#include "catch.hpp"
#include "support.hpp"

TEST_CASE("table form: each name is one of the table's texts; another name is refused", "[evaluation]") {
    evaluation::comparison row;
    row.split = "s";
    row.method = "greedy";
    row.is_baseline = true;
    evaluation::table const t{.benchmark = "pope",
                              .model = "m",
                              .rule = "words",
                              .baseline = "greedy",
                              .seed = "7",
                              .rows = {row},
                              .notes = {}};
    CHECK_THAT(evaluation::formatted(t, "csv"), Catch::Contains("\n\"s\",\"greedy\",\"\",0,"));
    CHECK(evaluation::formatted(t, "text") == t.text());
    CHECK(evaluation::formatted(t, "markdown") == t.markdown());
    CHECK(evaluation::formatted(t, "json") == t.json());
    CHECK(support::thrown_by([] { evaluation::check_format("xml"); }).code == 64);
}
