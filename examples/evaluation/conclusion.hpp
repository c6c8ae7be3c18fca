// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <evaluation/answerer.hpp>
#include <evaluation/task.hpp>

namespace evaluation {

/// A run whose questions are answered.
///
/// shape   replies(task, method) gives one for each question, or for the first of them after --limit; the baseline is the first method
/// units   as reply
/// errors  none
/// source  run.hpp
struct answered_run {
    std::span<task const> tasks;
    std::span<std::string const> methods;
    std::string model_id;
    std::uint64_t seed = 0;
    std::string added;   // methods that nobody asked for, the controls
    std::function<std::vector<reply>(std::size_t task, std::size_t method)> replies;
};

/// Compares the methods, and scores each benchmark but POPE, of whose measures the comparison has the most, by its own rule.
///
/// table.md, table.json   the comparison; table.md has the scores as well
/// scores.json            {split: {method: result}}
///
/// shape   the text of both, to be printed
/// units   as comparison and result
/// errors  llava::io::error: as write_whole
/// source  summary.hpp, result_table.hpp
std::string conclude(answered_run const& of, std::filesystem::path const& folder);

}   // namespace evaluation
