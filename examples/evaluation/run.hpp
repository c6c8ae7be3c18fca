// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <evaluation/answerer.hpp>
#include <evaluation/benchmark.hpp>
#include <evaluation/job.hpp>
#include <evaluation/process_group.hpp>

namespace evaluation {

/// What `causalmm-eval run` is told.
///
/// shape   at least one task and one method
/// units   limit in questions of each split
/// errors  none
/// source  command line
struct run_options {
    std::filesystem::path model;
    std::vector<std::string> tasks;   // BENCHMARK:FILE
    std::filesystem::path images;     // of the tasks whose layout does not say
    reading how;
    std::vector<std::string> methods;
    std::vector<std::string> sweeps;   // KEY=VALUE,VALUE,...
    bool controls = true;              // engine::controls beside them; else the baseline alone
    std::string format = "text";
    std::filesystem::path out;
    std::size_t limit = std::numeric_limits<std::size_t>::max();
    std::uint64_t seed = 0;
    int threads = 1;
    std::string prompt_suffix;
    computation by;
    int max_new_tokens = 0;   // 0: the benchmark's own
    job::existing answers = job::existing::continued;
    bool keep_going = false;   // a question that fails is recorded as such, and the run goes on
    double longest = 3600;     // seconds for one question; then it hangs
};

/// Answers every question by every method, and prints the table; continues what an earlier run of the same kind left.
///
/// Everything but the weights is checked before the model loads, and nothing is created before it has loaded. greedy, the baseline, is added if it was not asked for.
/// Processes with the same output share the work, however they were started; each returns when all questions are answered.
///
/// shape   returns the exit code: 0, 65 if questions failed, or 128 + signal after an orderly stop
/// units   none
/// errors  llava::io::error with the codes of reliability.md 2.1. A question that hangs ends the process with 70
/// source  evaluation.md 2.3, reliability.md 3
int run(run_options const& options, engine const& model, process_group const& group = {});

}   // namespace evaluation
