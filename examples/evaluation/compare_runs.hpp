// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace evaluation {

/// What `causalmm-eval compare` is told.
///
/// shape   at least one output folder of run
/// units   limit in questions of each split
/// errors  none
/// source  command line
struct compare_options {
    std::vector<std::filesystem::path> folders;
    std::string format = "text";
    std::size_t limit = std::numeric_limits<std::size_t>::max();
};

/// Prints one table of all that several runs answered; the baseline is the first folder's. Methods are named FOLDER/METHOD, with the
/// whole path where two folders have one name.
///
/// shape   returns the exit code
/// units   none
/// errors  llava::io::error: as read_run and require_complete; config if two folders were asked other questions under one name
/// source  evaluation.md 2.3
int compare_runs(compare_options const& options);

}   // namespace evaluation
