// SPDX-License-Identifier: MIT
#include <evaluation/summary.hpp>

#include "catch.hpp"

using evaluation::answered_split;
using evaluation::reply;
using evaluation::table;

namespace {

answered_split split(std::string const& name) {
    answered_split result{.name = name, .questions = {}, .replies = {{}, {}}, .right = {}};
    for (int i = 0; i < 4; ++i) {
        evaluation::question asked;
        asked.id = i;
        asked.label_is_yes = i % 2 == 0;
        result.questions.push_back(asked);
        result.replies[0].push_back({.text = "Yes"});
        result.replies[1].push_back({.text = i % 2 == 0 ? "Yes" : "No"});
    }
    return result;
}

table head() {
    return {
        .benchmark = "b", .model = "m", .rule = "words", .baseline = "greedy", .seed = "3", .rows = {}, .notes = {}};
}

std::vector<std::string> const methods = {"greedy", "other"};

}   // namespace

TEST_CASE("summary: a row for each split and method, by the table's rule", "[evaluation]") {
    auto found = head();
    std::vector<answered_split> const splits = {split("a"), split("b")};
    evaluation::summarize(found, methods, splits);
    REQUIRE(found.rows.size() == 4);
    CHECK(found.rows[0].is_baseline);
    CHECK(found.rows[0].is_yes_no);
    CHECK(found.rules() == "rule: words");
    CHECK(found.rows[0].measures.accuracy == 0.5);
    CHECK(found.rows[3].split == "b");
    CHECK(found.rows[3].method == "other");
    CHECK(found.rows[3].difference.mean == 0.5);
    CHECK(found.rows[3].paired.only_ours == 2);
    CHECK(found.notes[0] == "a: of 4 images only, so the intervals of the bootstrap are too narrow");
}

TEST_CASE("summary: where a benchmark has a scorer of its own, it decides", "[evaluation]") {
    auto found = head();
    std::vector<answered_split> splits = {split("a")};
    splits[0].right = [](std::span<std::string const> texts) {
        std::vector<bool> right;
        for (auto const& text : texts) right.push_back(text == "Yes");
        return right;
    };
    splits[0].own_rule = "their own";
    evaluation::summarize(found, methods, splits);
    CHECK_FALSE(found.rows[0].is_yes_no);
    CHECK(found.rules() == "rule: their own");
    CHECK(found.notes.size() == 2);
    CHECK(found.rows[0].measures.accuracy == 1);
    CHECK(found.rows[1].measures.accuracy == 0.5);
    CHECK(found.rows[1].difference.mean == -0.5);
    CHECK_FALSE(found.rows[1].to_bias);
    CHECK(found.rows[1].degenerate == evaluation::degenerate_counts{});
    CHECK(evaluation::right_answers(splits[0], 1, evaluation::find_rule("words")) ==
          std::vector<bool>{true, false, true, false});
}
