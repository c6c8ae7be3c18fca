// SPDX-License-Identifier: MIT
#include <evaluation/result_table.hpp>

#include <nlohmann/json.hpp>

#include <evaluation/method_labels.hpp>

#include "catch.hpp"

using evaluation::result;
using evaluation::result_table;

namespace {

result scored(double acc, double score) {
    return {.rule = "own",
            .columns = {{"acc", "acc"}, {"score", "score", false}},
            .rows = {{.group = "count", .values = {acc, score}}, {.group = "sum", .values = {std::nullopt, score}}},
            .right = {true, false},
            .unparseable = 3,
            .notes = {"a note"},
            .warnings = {}};
}

result_table two_methods() {
    return {.benchmark = "mme",
            .split = "small",
            .methods = {{"greedy", scored(0.5, 75)}, {"causalmm:vision=shuffled", scored(1, 200)}}};
}

}   // namespace

TEST_CASE("result table: methods stand side by side", "[evaluation]") {
    CHECK(two_methods().text() ==
          "small: mme by its own scorer; rule: own; baseline: greedy; questions: 2\n"
          "  causalmm#1 = causalmm:vision=shuffled\n"
          "group  measure      greedy  causalmm#1\n"
          "count  acc            50.0       100.0\n"
          "count  score          75.0       200.0\n"
          "sum    score          75.0       200.0\n"
          "       unparseable       3           3\n"
          "note: a note\n");
    CHECK_THAT(two_methods().markdown(), Catch::Contains("|---|---|---:|---:|\n| count | acc | 50.0 | 100.0 |\n"));
    auto const json = nlohmann::json::parse(two_methods().json());
    CHECK(json["causalmm:vision=shuffled"]["groups"]["count"]["score"] == 200);
    CHECK(json["greedy"]["groups"]["sum"]["acc"].is_null());
}

TEST_CASE("method labels: short names stay, long ones are numbered by their kind", "[evaluation]") {
    std::vector<std::string> const methods = {"greedy", "causalmm:gamma=1,epsilon=0.1", "greedy",
                                              "causalmm:gamma=2,epsilon=0.1"};
    evaluation::method_labels const labels(methods);
    CHECK(labels.of.at("greedy") == "greedy");
    CHECK(labels.of.at(methods[1]) == "causalmm#1");
    CHECK(labels.of.at(methods[3]) == "causalmm#2");
    CHECK(labels.legend.size() == 2);
}
