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
#include <evaluation/metrics.hpp>
#include <evaluation/question.hpp>
#include <evaluation/rules.hpp>

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
    scores measures;
    std::int64_t unparseable = 0;
    std::optional<double> area_under_curve;
    std::optional<double> false_yes;    // at the baseline's recall
    std::optional<double> bias_alone;   // the baseline's accuracy when a constant bias gives it this method's yes-rate
    difference_interval difference;     // of accuracy to the baseline
    std::optional<double> seconds;
    std::optional<double> cost;
    std::optional<double> skipped;             // share of the contrasts that could not change the token
    std::optional<double> all_skipped;         // share of the answers without any other
    std::optional<std::string> disagreement;   // of the scoring rules
};

/// Whether a difference is real, in two words.
///
/// "real gain", "real loss": the 95 % interval leaves out 0;  "bias gain": so it does, but a constant bias on the baseline gains as much;
/// "not shown": the interval holds 0;  "baseline"
///
/// shape   at most 9 characters
/// units   none
/// errors  none
/// source  paired bootstrap and the constant-bias control
std::string_view verdict_of(comparison const& row);

/// The row of a method; answers[i] and baseline[i] answer questions[i].
///
/// shape   as many replies as questions in both
/// units   as comparison
/// errors  none
/// source  metrics.hpp, bootstrap.hpp
comparison compare(std::span<question const> questions, std::span<reply const> answers, std::span<reply const> baseline,
                   rule const& by, std::uint64_t seed);

}   // namespace evaluation
