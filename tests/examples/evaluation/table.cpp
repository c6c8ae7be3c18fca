// SPDX-License-Identifier: MIT
#include <evaluation/table.hpp>

#include <sstream>

#include <llava/io/json.hpp>

#include "catch.hpp"

namespace {

evaluation::comparison row(std::string const& split, std::string const& method, bool is_baseline) {
    evaluation::comparison result;
    result.split = split;
    result.method = method;
    result.questions = 1500;
    result.is_baseline = is_baseline;
    result.is_yes_no = true;
    result.measures = {
        .accuracy = 0.7204, .precision = 0.7, .recall = 0.9, .f1 = 0.7411, .yes_rate = 0.58, .notes = {}};
    result.accuracy = {.mean = 0.7204, .low = 0.699, .high = 0.741};
    result.degenerate = {.empty = 0, .repeated = 0, .over_long = 0, .unparseable = 3, .any = 3};
    result.rule = "words";
    result.area_under_curve = {.mean = 0.8004, .low = 0.779, .high = 0.821};
    result.false_yes = 0.421;
    result.difference = is_baseline ? evaluation::difference_interval{}
                                    : evaluation::difference_interval{.mean = 0.105, .low = 0.0123, .high = 0.211};
    result.cost = is_baseline ? 1.0 : 1.316;
    if (is_baseline) return result;
    result.skipped = 0.714;
    result.to_bias = {.mean = 0.002, .low = -0.01, .high = 0.0131};
    result.paired = {.only_ours = 30, .only_theirs = 6, .p = 0.0001};
    return result;
}

evaluation::table example() {
    std::string const method =
        "causalmm:vision=shuffled,language=reversed,vision_layers=0-3,language_layers=1-2,gamma=1,epsilon=0.1";
    return {.benchmark = "pope",
            .model = "tiny",
            .rule = "words",
            .baseline = "greedy",
            .seed = "0",
            .rows = {row("adversarial", "greedy", true), row("adversarial", method, false),
                     row("random", "greedy", true), row("random", "causalmm:gamma=2", false)},
            .notes = {"a \"note\""}};
}

std::vector<std::string> lines(std::string const& text) {
    std::istringstream in(text);
    std::vector<std::string> result;
    for (std::string line; std::getline(in, line);) result.push_back(line);
    return result;
}

}   // namespace

TEST_CASE("table: a row per method and split within 132 columns", "[evaluation]") {
    auto const found = lines(example().text());
    REQUIRE(found.size() == 18);
    CHECK(found[0] == "pope on tiny; rule: words; baseline: greedy; seed: 0; questions: adversarial 1500, random 1500");
    CHECK(found[1] ==
          "  causalmm#1 = "
          "causalmm:vision=shuffled,language=reversed,vision_layers=0-3,language_layers=1-2,gamma=1,epsilon=0.1");
    CHECK(found[2] == "  causalmm#2 = causalmm:gamma=2");
    CHECK(found[4] ==
          "adversarial  greedy      72.0  2.1  74.1  58.0  0.800  .021   42.1                                     "
          "   "
          "baseline   1.00     -  0.2");
    CHECK(found[5] ==
          "adversarial  causalmm#1  72.0  2.1  74.1  58.0  0.800  .021   42.1  +10.5 [+1.2,+21.1]  +0.2 "
          "[-1.0,+1.3]  "
          "bias gain  1.32    71  0.2");
    CHECK(found[6].empty());
    for (std::size_t i = 3; i < 9; ++i) {
        INFO(found[i]);
        CHECK(found[i].size() <= 132);
    }
}

TEST_CASE("table: says what it shows in sentences, and how many comparisons it makes", "[evaluation]") {
    auto const found = lines(example().text());
    CHECK(
        found[14] ==
        "adversarial: causalmm#1 is better than greedy by 10.5 points (1.2 to 21.1), McNemar p = 0.0001, but not shown "
        "to be better than a constant bias of its yes-rate: +0.2 (-1.0 to +1.3).");
    CHECK_THAT(found[16], Catch::StartsWith("2 comparisons stand here, each at 95 %"));
    CHECK(found.back() == "a \"note\"");
}

TEST_CASE("table: the same in Markdown", "[evaluation]") {
    auto const found = lines(example().markdown());
    REQUIRE(found.size() > 6);
    CHECK(found[2] ==
          "| split | method | acc | +- | F1 | yes | AUC | +- | f-yes | difference [95 %] | to bias [95 %] |  | "
          "cost | "
          "skip | "
          "bad |");
    CHECK(
        found[4] ==
        "| adversarial | greedy | 72.0 | 2.1 | 74.1 | 58.0 | 0.800 | .021 | 42.1 |  |  | baseline | 1.00 | - | 0.2 |");
}

TEST_CASE("table: of questions that are not answered by yes or no accuracy alone", "[evaluation]") {
    auto table = example();
    table.rows[0].is_yes_no = false;
    table.rows[0].area_under_curve.reset();
    table.rows[0].false_yes.reset();
    CHECK_THAT(lines(table.text())[4],
               Catch::StartsWith("adversarial  greedy      72.0  2.1     -     -      -     -      -"));
    CHECK_THAT(table.json(), Catch::Contains("\"f1\": null, \"yes_rate\": null"));
}

TEST_CASE("table: in JSON methods are written out and what is unknown is null", "[evaluation]") {
    auto table = example();
    table.rows[1].area_under_curve.reset();
    auto const document = llava::io::json_document::parse(table.json(), "table.json");
    auto const second = document->root().at("rows").at(std::size_t{1});
    CHECK(second.at("method").text() == table.rows[1].method);
    CHECK(second.at("accuracy").number() == 0.7204);
    CHECK(second.at("auc").value().is_null());
    CHECK(second.at("auc_interval").value().is_null());
    CHECK(second.at("rule").text() == "words");
    auto const first = document->root().at("rows").at(std::size_t{0});
    CHECK(first.at("auc").number() == 0.8004);
    CHECK(first.at("auc_interval").at(std::size_t{1}).number() == 0.779);
    CHECK(second.at("verdict").text() == "bias gain");
    CHECK(second.at("difference_to_bias").at(std::size_t{2}).number() == 0.0131);
    CHECK(second.at("mcnemar_p").number() == 0.0001);
    CHECK(second.at("contrasts_skipped").number() == 0.714);
    CHECK(document->root().at("rows").at(std::size_t{0}).at("contrasts_skipped").value().is_null());
    CHECK(second.at("unparseable").integer() == 3);
    CHECK(document->root().at("notes").at(std::size_t{0}).text() == "a \"note\"");
}

TEST_CASE("table: where splits are read by several rules, the head names each with what it reads", "[evaluation]") {
    auto table = example();
    table.benchmark = "pope, vlind";
    for (auto& row : table.rows) row.rule = row.split == "random" ? "true-false" : "words";
    CHECK_THAT(table.text(), Catch::StartsWith("pope, vlind on tiny; rules: words (adversarial), true-false (random); "
                                               "baseline: greedy; "));
    table.rows.clear();
    CHECK(table.rules() == "rule: words");
}
