// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <evaluation/benchmarks.hpp>

namespace evaluation {

/// What `causalmm-eval score` is told.
///
/// shape   one question file or folder, one answer file or folder
/// units   limit in questions
/// errors  none
/// source  command line
struct score_options {
    std::string benchmark = "pope";
    std::filesystem::path questions;
    std::filesystem::path answers;
    std::optional<std::filesystem::path> margins;
    std::string rule;   // the benchmark's own if empty
    reading how;
    std::string format = "table";
    std::size_t limit = std::numeric_limits<std::size_t>::max();
};

/// Scores answers, as kept by a run or in a form of the benchmark's own scorer, and prints the measures of the benchmark.
///
/// shape   answers in any order, joined to the questions by question_id
/// units   percent in the table, fractions in JSON
/// errors  llava::io::error: usage for an unknown rule or format; bad_data for a missing, foreign or repeated question_id
/// source  evaluation.md 1.1
int score(score_options const& options);

}   // namespace evaluation
