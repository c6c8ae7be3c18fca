// SPDX-License-Identifier: MIT
#include <evaluation/result.hpp>

#include "catch.hpp"

using evaluation::result;

namespace {

result two_rows() {
    return {.rule = "own",
            .columns = {{"acc", "acc"}, {"score", "score", false}},
            .rows = {{.group = "count", .values = {0.5, 75.0}}, {.group = "OCR", .values = {std::nullopt, 200.0}}},
            .right = {true, false},
            .unparseable = 1,
            .notes = {"a \"note\""},
            .warnings = {}};
}

}   // namespace

TEST_CASE("result: rows are a table, shares in percent", "[evaluation]") {
    CHECK(two_rows().text() ==
          "rule own, 2 answers\ngroup    acc   score\ncount  50.00   75.00\n"
          "OCR        -  200.00\nunparseable 1\nnote: a \"note\"\n");
    CHECK(two_rows().json() ==
          "{\"rule\": \"own\", \"answers\": 2, \"groups\": {\"count\": {\"acc\": 0.5, \"score\": 75}, "
          "\"OCR\": {\"acc\": null, \"score\": 200}}, \"unparseable\": 1, \"notes\": [\"a \\\"note\\\"\"]}\n");
}

TEST_CASE("result: one row stands upright and leaves out what is absent", "[evaluation]") {
    auto one = two_rows();
    one.rows.erase(one.rows.begin());
    CHECK(one.text() == "rule own, 2 answers\nscore       200.00\nunparseable 1\nnote: a \"note\"\n");
    CHECK(one.json() ==
          "{\"rule\": \"own\", \"answers\": 2, \"acc\": null, \"score\": 200, "
          "\"unparseable\": 1, \"notes\": [\"a \\\"note\\\"\"]}\n");
}
