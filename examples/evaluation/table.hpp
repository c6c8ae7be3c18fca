// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <evaluation/comparison.hpp>

namespace evaluation {

/// The table at the end of a run.
///
/// shape   title, then a row per method and split, the legend, what it says in sentences, notes
/// units   percent; AUC and its interval as fractions; cost as a multiple of the baseline's
/// errors  none
/// source  evaluation.md 2.3
struct table {
    std::string benchmark;
    std::string model;
    std::string rule;
    std::string baseline;
    std::string seed;
    std::vector<comparison> rows;
    std::vector<std::string> notes;

    std::string rules() const;   // how answers are read, in words: the rule, or each rule and what it reads
    std::string text() const;    // rows of at most 132 columns
    std::string markdown() const;
    std::string csv() const;   // as JSON's rows, a header line first
    std::string json() const;
};

}   // namespace evaluation
