// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <evaluation/metrics.hpp>
#include <evaluation/question.hpp>
#include <evaluation/rules.hpp>

namespace evaluation {

/// Answers to a split, read by one rule.
///
/// shape   right has one entry per question
/// units   none
/// errors  none
/// source  the rule
struct scored {
    confusion counts;
    scores measures;
    std::int64_t unparseable = 0;   // by this rule, or by `words` where the rule itself always decides
    std::vector<bool> right;
};
scored score_answers(std::span<question const> questions, std::span<std::string const> answers, rule const& by);

/// One sentence with every rule's accuracy and F1, if they disagree by more than 0.1 point.
///
/// shape   nothing, or one sentence
/// units   percent
/// errors  none
/// source  evaluation.md 1.1: the rule decides the number
std::optional<std::string> rule_disagreement(std::span<question const> questions, std::span<std::string const> answers);

/// The label beside each margin.
///
/// shape   one per question
/// units   logits
/// errors  none
/// source  metrics.hpp
std::vector<labelled_margin> with_labels(std::span<question const> questions, std::span<double const> margins);

}   // namespace evaluation
