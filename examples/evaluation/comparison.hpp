// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <evaluation/answerer.hpp>
#include <evaluation/bootstrap.hpp>
#include <evaluation/degeneration.hpp>
#include <evaluation/metrics.hpp>
#include <evaluation/question.hpp>
#include <evaluation/rules.hpp>
#include <evaluation/statistics.hpp>

namespace evaluation {

/// One method on one split, beside the baseline on the same questions.
///
/// shape   plain data
/// units   fractions of 1; seconds are processor seconds an answer, cost is their ratio to the baseline's
/// errors  none: what cannot be computed is absent
/// source  evaluation.md 2.2 and 3.3
struct comparison {
    std::string split;
    std::string method;
    std::size_t questions = 0;
    bool is_baseline = false;
    bool is_yes_no = false;   // else of the measures accuracy alone is known
    scores measures;
    difference_interval accuracy;   // measures.accuracy with its interval
    degenerate_counts degenerate;
    std::int64_t same = 0;   // answers whose text is the baseline's
    std::string rule;        // by which answers are read
    std::optional<difference_interval> area_under_curve;
    std::optional<double> false_yes;   // at the baseline's recall
    difference_interval difference;    // of accuracy to the baseline
    std::optional<difference_interval>
        to_bias;          // to the baseline with a constant bias that gives it this method's yes-rate
    discordance paired;   // with the baseline
    std::optional<double> seconds;
    std::optional<double> cost;
    std::optional<double> skipped;             // share of the contrasts that could not change the token
    std::optional<double> all_skipped;         // share of the answers without any other
    std::optional<std::string> disagreement;   // of the scoring rules
};

/// Whether a difference is real, in two words.
///
/// "real gain": the 95 % intervals of the difference to the baseline and of that to the biased baseline both lie above 0;
/// "bias gain": only the first does;  "real loss": the first lies below 0;  "not shown": it holds 0;  "gain": the first lies above 0
/// and without margins no bias could be tested (where answers are not yes or no there is none to test);  "baseline"
///
/// shape   at most 9 characters
/// units   none
/// errors  none
/// source  paired bootstrap and the constant-bias control
std::string_view verdict_of(comparison const& row);

/// Replies to questions of any kind, and whether each is right by the benchmark's own scorer.
///
/// shape   as many entries in both as questions
/// units   none
/// errors  none
/// source  result::right
struct judged_replies {
    std::span<reply const> replies;
    std::vector<bool> right;
};

/// The row of a method; answers[i] and baseline[i] answer questions[i]. compare is for yes/no questions, compare_right for all.
///
/// shape   as many replies as questions in both
/// units   as comparison
/// errors  none
/// source  metrics.hpp, bootstrap.hpp, statistics.hpp
comparison compare(std::span<question const> questions, std::span<reply const> answers, std::span<reply const> baseline,
                   rule const& by, std::uint64_t seed);
comparison compare_right(std::span<question const> questions, judged_replies const& ours, judged_replies const& theirs,
                         std::uint64_t seed);

}   // namespace evaluation
