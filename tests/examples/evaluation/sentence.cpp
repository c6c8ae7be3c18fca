// SPDX-License-Identifier: MIT
#include <evaluation/sentence.hpp>

#include "catch.hpp"

using evaluation::comparison;
using evaluation::sentence_of;

namespace {

comparison row(evaluation::difference_interval difference, double p) {
    comparison result;
    result.split = "popular";
    result.method = "m";
    result.questions = 10;
    result.is_yes_no = true;
    result.difference = difference;
    result.paired.p = p;
    return result;
}

}   // namespace

TEST_CASE("sentence: one for each verdict", "[evaluation]") {
    auto better = row({.mean = 0.024, .low = 0.014, .high = 0.033}, 0.00001);
    CHECK(
        sentence_of(better, "m", "greedy") ==
        "m is better than greedy by 2.4 points (1.4 to 3.3), McNemar p < 0.0001; without margins a constant bias could "
        "not be ruled out.");
    better.is_yes_no = false;
    CHECK(sentence_of(better, "m", "greedy") ==
          "m is better than greedy by 2.4 points (1.4 to 3.3), McNemar p < 0.0001: a real gain.");
    better.is_yes_no = true;
    better.to_bias = {.mean = 0.001, .low = -0.005, .high = 0.007};
    CHECK(sentence_of(better, "m", "greedy") ==
          "m is better than greedy by 2.4 points (1.4 to 3.3), McNemar p < 0.0001, but not shown to be better than a "
          "constant bias of its yes-rate: +0.1 (-0.5 to +0.7).");
    better.to_bias = {.mean = 0.01, .low = 0.005, .high = 0.017};
    CHECK(sentence_of(better, "m", "greedy") ==
          "m is better than greedy by 2.4 points (1.4 to 3.3), McNemar p < 0.0001, and better than a constant bias of "
          "its "
          "yes-rate: +1.0 (+0.5 to +1.7).");
    CHECK(sentence_of(row({.mean = -0.022, .low = -0.034, .high = -0.012}, 0.0123), "m", "greedy") ==
          "m is worse than greedy by 2.2 points (1.2 to 3.4), McNemar p = 0.012.");
    CHECK(sentence_of(row({.mean = -0.001, .low = -0.012, .high = 0.009}, 0.5), "m", "greedy") ==
          "no difference between m and greedy is shown: -0.1 (-1.2 to +0.9), McNemar p = 0.50.");
    auto baseline = row({}, 1);
    baseline.is_baseline = true;
    CHECK(sentence_of(baseline, "greedy", "greedy").empty());
}

TEST_CASE("sentence: p values", "[evaluation]") {
    CHECK(evaluation::p_value(1) == " = 1.00");
    CHECK(evaluation::p_value(0.0456) == " = 0.046");
    CHECK(evaluation::p_value(0.0056) == " = 0.006");
    CHECK(evaluation::p_value(0.00056) == " = 0.0006");
    CHECK(evaluation::p_value(0.00001) == " < 0.0001");
}

TEST_CASE("sentence: how many comparisons hold together", "[evaluation]") {
    // Holm: .02 of three is .06, so only .001 stays.
    std::vector<comparison> const rows = {row({}, 0.001), row({}, 0.03), row({}, 0.9)};
    CHECK(evaluation::multiplicity(rows) ==
          "3 comparisons stand here, each at 95 %: by chance alone about 0.2 would leave out 0; with Holm's correction "
          "for all of "
          "them McNemar's test keeps 1.");
    CHECK(evaluation::multiplicity({}).empty());
}

TEST_CASE("sentence: what the controls say", "[evaluation]") {
    std::vector<comparison> rows(4, row({}, 1));
    rows[0].method = "sample";
    rows[1].method = "sample:seed=1";
    rows[0].measures.accuracy = 0.75;
    rows[1].measures.accuracy = 0.77;
    rows[2].method = rows[3].method = "causalmm:language=identity";
    rows[2].same = 10;
    rows[3].same = 9;
    rows[3].split = "random";
    CHECK(evaluation::control_sentences(rows, "greedy") ==
          std::vector<std::string>{"sample over 2 seeds, accuracy: popular 76.0 (75.0 to 77.0).",
                                   "popular: identity branch equal to greedy on 10 of 10.",
                                   "random: identity branch equal to greedy on 9 of 10: NOT on all, contrast or cut is "
                                   "broken."});
}
