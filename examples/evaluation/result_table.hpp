// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <evaluation/result.hpp>

namespace evaluation {

/// What a benchmark's own scorer makes of each method's answers to one split, side by side.
///
/// shape   a line for each group and measure, a column for each method
/// units   shares in percent, scores as they are
/// errors  none
/// source  the benchmark's scorer
struct result_table {
    std::string benchmark;
    std::string split;
    std::vector<std::pair<std::string, result>> methods;

    std::string text() const;
    std::string markdown() const;
    std::string json() const;   // {method: result, ...}
};

}   // namespace evaluation
