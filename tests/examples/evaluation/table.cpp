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
    result.measures = {
        .accuracy = 0.7204, .precision = 0.7, .recall = 0.9, .f1 = 0.7411, .yes_rate = 0.58, .notes = {}};
    result.unparseable = 3;
    result.area_under_curve = 0.8004;
    result.false_yes = 0.421;
    result.bias_alone = 0.7;
    result.difference = is_baseline ? evaluation::difference_interval{}
                                    : evaluation::difference_interval{.mean = 0.105, .low = 0.0123, .high = 0.211};
    result.cost = is_baseline ? 1.0 : 1.316;
    if (!is_baseline) result.skipped = 0.714;
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

TEST_CASE("table: a row per method and split within 120 columns", "[evaluation]") {
    auto const found = lines(example().text());
    REQUIRE(found.size() == 14);
    CHECK(found[0] == "pope on tiny; rule: words; baseline: greedy; seed: 0; questions: adversarial 1500, random 1500");
    CHECK(found[1] ==
          "  causalmm#1 = "
          "causalmm:vision=shuffled,language=reversed,vision_layers=0-3,language_layers=1-2,gamma=1,epsilon=0.1");
    CHECK(found[2] == "  causalmm#2 = causalmm:gamma=2");
    CHECK(found[4] ==
          "adversarial  greedy      72.0  74.1  58.0  0.800       42.1  70.0                       baseline   1.00 "
          "    -     3");
    CHECK(found[5] ==
          "adversarial  causalmm#1  72.0  74.1  58.0  0.800       42.1  70.0  +10.5 [+1.2, +21.1]  real gain  1.32 "
          "   71     3");
    CHECK(found[6].empty());
    CHECK(found.back() == "a \"note\"");
    for (auto const& line : found) {
        INFO(line);
        CHECK(line.size() <= 120);
    }
}

TEST_CASE("table: the same in Markdown", "[evaluation]") {
    auto const found = lines(example().markdown());
    REQUIRE(found.size() > 6);
    CHECK(found[2] ==
          "| split | method | acc | F1 | yes | AUC | false-yes | bias | difference [95 %] |  | cost | skip | "
          "lost |");
    CHECK(found[4] ==
          "| adversarial | greedy | 72.0 | 74.1 | 58.0 | 0.800 | 42.1 | 70.0 |  | baseline | 1.00 | - | 3 |");
}

TEST_CASE("table: in JSON methods are written out and what is unknown is null", "[evaluation]") {
    auto table = example();
    table.rows[1].area_under_curve.reset();
    auto const document = llava::io::json_document::parse(table.json(), "table.json");
    auto const second = document->root().at("rows").at(std::size_t{1});
    CHECK(second.at("method").text() == table.rows[1].method);
    CHECK(second.at("accuracy").number() == 0.7204);
    CHECK(second.at("auc").value().is_null());
    CHECK(second.at("verdict").text() == "real gain");
    CHECK(second.at("contrasts_skipped").number() == 0.714);
    CHECK(document->root().at("rows").at(std::size_t{0}).at("contrasts_skipped").value().is_null());
    CHECK(second.at("unparseable").integer() == 3);
    CHECK(document->root().at("notes").at(std::size_t{0}).text() == "a \"note\"");
}
