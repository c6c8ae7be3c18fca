// SPDX-License-Identifier: MIT
#include <evaluation/row_fields.hpp>

#include <algorithm>

#include "catch.hpp"

TEST_CASE("row fields: CSV quotes texts, opens intervals, and leaves out what is not known", "[evaluation]") {
    using evaluation::csv_key;
    using evaluation::csv_value;
    CHECK(csv_key({"auc", "0.5"}) == "auc");
    CHECK(csv_value({"auc", "0.5"}) == "0.5");
    CHECK(csv_value({"auc", "null"}) == "");
    CHECK(csv_key({"difference", "[0, 1, 2]", true}) == "difference,difference_low,difference_high");
    CHECK(csv_value({"difference", "[0.5, -1, 2e-3]", true}) == "0.5,-1,2e-3");
    CHECK(csv_value({"difference", "null", true}) == ",,");
    CHECK(csv_value({"method", "\"x:a=1,b=\\\"c\\\"\""}) == "\"x:a=1,b=\"\"c\"\"\"");
}

TEST_CASE("row fields: as many values as names", "[evaluation]") {
    evaluation::comparison row;
    row.split = "s";
    row.to_bias = evaluation::difference_interval{};
    auto const columns = [](std::string const& text) { return std::count(text.begin(), text.end(), ','); };
    for (auto const& each : evaluation::fields_of(row)) CHECK(columns(csv_key(each)) == columns(csv_value(each)));
}
