// SPDX-License-Identifier: MIT
#include <evaluation/comparison.hpp>

#include <cmath>

#include "catch.hpp"

using evaluation::compare;
using evaluation::comparison;
using evaluation::reply;

namespace {

constexpr auto words = evaluation::rule::of<evaluation::rules::words>();

// Questions in pairs of yes and no about one image.
std::vector<evaluation::question> questions(int count) {
    std::vector<evaluation::question> result;
    for (int i = 0; i < count; ++i)
        result.push_back({.id = i, .image = std::to_string(i / 2), .text = "t", .label_is_yes = i % 2 == 0});
    return result;
}

std::vector<reply> from_margins(std::vector<float> const& margins, double seconds) {
    std::vector<reply> result;
    for (float const m : margins) result.push_back({.text = m > 0 ? "Yes" : "No", .margin = m, .seconds = seconds});
    return result;
}

}   // namespace

TEST_CASE("compare: a hand-worked pair of methods", "[evaluation]") {
    auto const asked = questions(4);
    auto const baseline = from_margins({2, 1, 0.5f, -1}, 2);   // yes, false yes, yes, no: 3 of 4
    auto const method = from_margins({2, -1, -0.5f, -2}, 3);   // yes, no, false no, no: 3 of 4
    auto const row = compare(asked, method, baseline, words, 1);
    CHECK(row.questions == 4);
    CHECK(row.measures.accuracy == Approx(0.75));
    CHECK(row.measures.yes_rate == Approx(0.25));
    CHECK(row.area_under_curve->mean == Approx(1));
    CHECK(*row.false_yes == Approx(0));
    CHECK(row.to_bias->mean == 0);   // the biased baseline affirms one question, yes, then no, no, no: 3 of 4 too
    CHECK(row.difference.mean == 0);
    CHECK(row.accuracy.mean == Approx(0.75));
    CHECK(row.accuracy.low == Approx(0.5));   // images: both right, one of two
    CHECK(row.accuracy.high == Approx(1));
    CHECK(row.paired.only_ours == 1);
    CHECK(row.paired.only_theirs == 1);
    CHECK(row.paired.p == 1);
    CHECK(row.same == 2);
    CHECK(*row.cost == Approx(1.5));
    CHECK_FALSE(row.skipped);
    CHECK_FALSE(row.all_skipped);
    CHECK(row.degenerate == evaluation::degenerate_counts{});
    CHECK_FALSE(row.disagreement);
    CHECK(*compare(asked, baseline, baseline, words, 1).false_yes == Approx(0.5));
}

TEST_CASE("compare: the share of skipped contrasts is one of all steps, not a mean over answers", "[evaluation]") {
    auto const asked = questions(2);
    auto answers = from_margins({1, -1}, 1);
    answers[0].needed = 1;
    answers[1].needed = 2;
    answers[1].skipped = 9;
    CHECK(*compare(asked, answers, answers, words, 1).skipped == Approx(0.75));
    CHECK(*compare(asked, answers, answers, words, 1).all_skipped == 0.0);
    answers[0].needed = 0;
    CHECK(*compare(asked, answers, answers, words, 1).all_skipped == Approx(0.5));
}

TEST_CASE("compare: a margin or a cost that is unknown leaves its column out", "[evaluation]") {
    auto const asked = questions(4);
    auto const baseline = from_margins({2, 1, 0.5f, -1}, 0);
    auto method = from_margins({2, -1, -0.5f, -2}, 3);
    method[1].margin = std::nanf("");
    auto const row = compare(asked, method, baseline, words, 1);
    CHECK_FALSE(row.area_under_curve);
    CHECK_FALSE(row.false_yes);
    CHECK(row.to_bias);
    CHECK_FALSE(row.cost);
}

TEST_CASE("compare: answers of a bad form are counted", "[evaluation]") {
    auto const asked = questions(4);
    auto answers = from_margins({1, -1, 1, -1}, 1);
    answers[0].text = "";
    answers[1].text = "no no no";
    answers[2].text = "Perhaps";
    auto const row = compare(asked, answers, answers, words, 1);
    CHECK(row.degenerate ==
          evaluation::degenerate_counts{.empty = 1, .repeated = 1, .over_long = 0, .unparseable = 2, .any = 3});
}

TEST_CASE("verdict: a gain over the biased baseline too small to be shown is a bias gain", "[evaluation]") {
    evaluation::comparison row;
    row.difference = {.mean = 0.024, .low = 0.014, .high = 0.033};
    row.to_bias = {.mean = 0.001, .low = -0.005, .high = 0.007};
    CHECK(evaluation::verdict_of(row) == "bias gain");
    row.to_bias = {.mean = 0.008, .low = 0.001, .high = 0.015};
    CHECK(evaluation::verdict_of(row) == "real gain");
}

TEST_CASE("verdict: a gain that a constant bias also gives is called so", "[evaluation]") {
    // The baseline affirms all; the method affirms the right ones. A bias on the baseline's margins does as well only if they rank so.
    auto const asked = questions(80);
    std::vector<float> ranked;
    std::vector<float> blind;
    std::vector<float> right;
    for (int i = 0; i < 80; ++i) {
        ranked.push_back(i % 2 == 0 ? 2.0f : 1.0f);
        blind.push_back(1.0f);
        right.push_back(i % 2 == 0 ? 1.0f : -1.0f);
    }
    CHECK(evaluation::verdict_of(compare(asked, from_margins(right, 1), from_margins(ranked, 1), words, 1)) ==
          "bias gain");
    CHECK(evaluation::verdict_of(compare(asked, from_margins(right, 1), from_margins(blind, 1), words, 1)) ==
          "real gain");
    CHECK(evaluation::verdict_of(compare(asked, from_margins(blind, 1), from_margins(right, 1), words, 1)) ==
          "real loss");
    auto unknown = from_margins(blind, 1);
    unknown[0].margin = std::nanf("");
    CHECK(evaluation::verdict_of(compare(asked, from_margins(right, 1), unknown, words, 1)) == "gain");
    auto same = compare(asked, from_margins(blind, 1), from_margins(blind, 1), words, 1);
    CHECK(evaluation::verdict_of(same) == "not shown");
    same.is_baseline = true;
    CHECK(evaluation::verdict_of(same) == "baseline");
}
