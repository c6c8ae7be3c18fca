// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <evaluation/rules/verdict.hpp>

namespace evaluation {

/// Answers to yes/no questions, counted by label and verdict.
///
/// shape   six counts
/// units   answers
/// errors  none
/// source  POPE arXiv:2305.10355
struct confusion {
    std::int64_t true_yes = 0;
    std::int64_t false_yes = 0;
    std::int64_t true_no = 0;
    std::int64_t false_no = 0;
    std::int64_t neither_yes = 0;   // label yes, unread
    std::int64_t neither_no = 0;

    void add(bool label_is_yes, rules::verdict verdict);
    std::int64_t total() const { return true_yes + false_yes + true_no + false_no + neither_yes + neither_no; }

    friend bool operator==(confusion const&, confusion const&) = default;
};

/// What is printed of a confusion; a division by zero gives 0 and a note.
///
/// accuracy = (TP + TN) / n;  precision = TP / (TP + FP);  recall = TP / (TP + FN);  f1 = 2 P R / (P + R);  yes_rate = (TP + FP) / n
///
/// shape   five numbers and the notes
/// units   fractions of 1
/// errors  none: the notes name each measure whose denominator is 0
/// source  POPE evaluate.py
struct scores {
    double accuracy = 0;
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    double yes_rate = 0;
    std::vector<std::string> notes;
};
scores measure(confusion const& counts, bool neither_is_missed);

/// A yes/no margin with the truth beside it.
///
/// shape   one per question
/// units   logit of yes minus logit of no
/// errors  none
/// source  LLaVA's first answer token
struct labelled_margin {
    double margin = 0;
    bool label_is_yes = false;
};

/// Area under the curve of false-yes rate and recall: the chance that a yes question has the larger margin; ties count half.
///
/// shape   any number of margins, any order
/// units   fraction of 1
/// errors  nothing without both labels, or with a margin that is not finite
/// source  Mann-Whitney U / (P N)
std::optional<double> area_under_curve(std::span<labelled_margin const> margins);

/// Share of the no questions affirmed by the threshold at which this recall is reached; linear inside a tie.
///
/// shape   any number of margins, any order; recall in [0, 1]
/// units   fraction of 1
/// errors  nothing without both labels, or with a margin that is not finite
/// source  evaluation at matched recall; a constant bias cannot change it
std::optional<double> false_yes_at_recall(std::span<labelled_margin const> margins, double recall);

}   // namespace evaluation
