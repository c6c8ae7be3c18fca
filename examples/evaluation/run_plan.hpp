// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <evaluation/answerer.hpp>
#include <evaluation/manifest.hpp>
#include <evaluation/run.hpp>
#include <evaluation/task.hpp>

namespace evaluation {

/// The tasks of a run; no two may have one name, for their answers would.
///
/// shape   as many as were asked for
/// units   none
/// errors  llava::io::error: usage; as read_task
/// source  command line
std::vector<task> read_tasks(run_options const& options);

/// The methods of a run: the baseline, the engine's controls, then what was asked for with the sweeps applied.
///
/// shape   each method once; `added` are those of `all` that nobody asked for
/// units   none
/// errors  llava::io::error (usage): as check_method and swept; a method that is given twice
/// source  command line
struct chosen_methods {
    std::vector<std::string> all;
    std::vector<std::string> added;
};
chosen_methods choose_methods(run_options const& options, engine const& model);

/// What a run is about to do: "7 methods (6 of them controls; --no-controls leaves out all but greedy) x 500 questions".
///
/// shape   one line; without the parentheses if nothing was added
/// units   none
/// errors  none
/// source  controls that cost several times what was asked for are not to come as a surprise
std::string announcement(chosen_methods const& methods, std::size_t questions);

/// A value by its key; empty if there is none.
///
/// shape   one text
/// units   none
/// errors  none
/// source  engine
std::string value_of(engine::pairs const& pairs, std::string_view key);

/// The number of tokens at which an answer is cut.
///
/// shape   at least 1
/// units   tokens
/// errors  none
/// source  command line, or the benchmark
int longest_answer(run_options const& options, task const& split);

/// What one method's answers to one task depend on, and notes for those who read them later.
///
/// shape   (key, value) pairs
/// units   none
/// errors  none
/// source  reliability.md 3.1, run header
struct run_inputs {
    task const& split;
    std::string const& images;   // their hash
    engine::pairs const& model;
};
manifest header_of(run_options const& options, run_inputs const& inputs, std::string const& method);

}   // namespace evaluation
