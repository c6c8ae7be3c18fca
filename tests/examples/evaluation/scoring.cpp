// SPDX-License-Identifier: MIT
#include <evaluation/scoring.hpp>

#include "catch.hpp"

namespace {

std::vector<evaluation::question> questions(std::vector<bool> const& labels) {
    std::vector<evaluation::question> result;
    for (bool const label : labels) {
        auto const id = static_cast<std::int64_t>(result.size());
        result.push_back({.id = id, .image = "a", .text = "t", .label_is_yes = label});
    }
    return result;
}

// The comparison table of the four rules, each answer once with label yes and once with label no.
std::vector<std::string> const answers = {"NO",
                                          "NO",
                                          "No.",
                                          "No.",
                                          "I do not know",
                                          "I do not know",
                                          "There is a snowboard",
                                          "There is a snowboard",
                                          "Yes, but I cannot tell",
                                          "Yes, but I cannot tell",
                                          "",
                                          ""};
std::vector<bool> const labels = {true, false, true, false, true, false, true, false, true, false, true, false};

}   // namespace

TEST_CASE("scoring: the comparison table of the rules, worked by hand", "[evaluation]") {
    struct expected {
        char const* rule;
        evaluation::confusion counts;
        int unparseable;
    };
    // Read off the table: label yes first, label no second.
    for (auto const& [name, counts, unparseable] :
         {expected{"vcd",
                   {.true_yes = 1, .false_yes = 1, .true_no = 5, .false_no = 5, .neither_yes = 0, .neither_no = 0},
                   6},
          expected{"official",
                   {.true_yes = 4, .false_yes = 4, .true_no = 2, .false_no = 2, .neither_yes = 0, .neither_no = 0},
                   6},
          expected{"words",
                   {.true_yes = 1, .false_yes = 1, .true_no = 2, .false_no = 2, .neither_yes = 3, .neither_no = 3},
                   6},
          expected{"exact",
                   {.true_yes = 0, .false_yes = 0, .true_no = 1, .false_no = 1, .neither_yes = 5, .neither_no = 5},
                   10}}) {
        INFO(name);
        auto const found = evaluation::score_answers(questions(labels), answers, evaluation::find_rule(name));
        CHECK(found.counts == counts);
        CHECK(found.unparseable == unparseable);
        CHECK(found.right.size() == 12);
    }
    auto const vcd = evaluation::score_answers(questions(labels), answers, evaluation::find_rule("vcd"));
    CHECK(vcd.right == std::vector<bool>{false, true, false, true, false, true, false, true, true, true, false, false});
}

TEST_CASE("scoring: rules that disagree are named with their numbers", "[evaluation]") {
    auto const warning = evaluation::rule_disagreement(questions(labels), answers);
    REQUIRE(warning);
    // vcd: accuracy 6/12, P 1/2, R 1/6, F1 1/4; official: 6/12, P 1/2, R 4/6, F1 4/7; words: 3/12, P 1/2, R 1/6; exact: 1/12, none.
    CHECK(*warning ==
          "the scoring rules disagree (accuracy / F1): vcd 50.0 / 25.0, official 50.0 / 57.1, words 25.0 / 25.0, exact "
          "8.3 / 0.0");
    CHECK_FALSE(evaluation::rule_disagreement(questions({true, false}), std::vector<std::string>{"Yes", "no"}));
}

TEST_CASE("scoring: a tenth of a point is not yet a disagreement", "[evaluation]") {
    std::vector<bool> const all_no(1000, false);
    std::vector<std::string> text(1000, "no");
    text[3] = "No.";   // exact alone does not read it: 99.9 against 100
    CHECK_FALSE(evaluation::rule_disagreement(questions(all_no), text));
    text[4] = "No.";
    CHECK(evaluation::rule_disagreement(questions(all_no), text));
}

TEST_CASE("scoring: labels are put beside margins", "[evaluation]") {
    auto const found = evaluation::with_labels(questions({true, false}), std::vector<double>{1.5, -2});
    REQUIRE(found.size() == 2);
    CHECK(found[0].margin == 1.5);
    CHECK(found[0].label_is_yes);
    CHECK_FALSE(found[1].label_is_yes);
}
