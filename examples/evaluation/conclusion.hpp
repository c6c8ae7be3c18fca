// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
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
    std::span<std::string const> added;   // controls that nobody asked for
    std::function<std::vector<reply>(std::size_t task, std::size_t method)> replies;
};

/// Compares the methods, and scores each benchmark but POPE, of whose measures the comparison has the most, by its own rule.
///
/// table.md, table.csv, table.json   the comparison; table.md has the scores as well
/// scores.json                       {split: {method: result}}
///
/// shape   what is printed in that form; csv and json have the comparison alone
/// units   as comparison and result
/// errors  llava::io::error: as write_whole and formatted
/// source  summary.hpp, result_table.hpp
std::string conclude(answered_run const& of, std::filesystem::path const& folder, std::string_view format);

}   // namespace evaluation
