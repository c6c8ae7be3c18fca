// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <evaluation/answerer.hpp>
#include <evaluation/benchmark.hpp>

namespace evaluation {

/// What `causalmm-eval check` is told.
///
/// shape   a model, and any number of tasks with the folder of their pictures
/// units   none
/// errors  none
/// source  command line
struct check_options {
    std::filesystem::path model;
    std::vector<std::string> tasks;
    std::filesystem::path images;
    reading how = {};
};

/// Validates every input without running the model, and then prints one line about each.
///
/// shape   returns 0; the first fault is thrown
/// units   none
/// errors  llava::io::error: as the readers of each file
/// source  reliability.md 2.1
int check(check_options const& options, engine const& model);

}   // namespace evaluation
