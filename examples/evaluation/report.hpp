// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <evaluation/answerer.hpp>

namespace evaluation {

/// What `causalmm-eval report` is told.
///
/// shape   a folder that run filled
/// units   samples in questions
/// errors  none
/// source  command line
struct report_options {
    std::filesystem::path folder;
    std::vector<std::string> tasks;   // BENCHMARK:FILE where the question files are no longer where they were
    std::filesystem::path images;     // where the pictures are no longer where they were
    std::filesystem::path model;      // without it samples have no attention maps
    std::filesystem::path out;        // folder/report.html if empty
    std::size_t samples = 24;
};

/// Writes the report of a run as one file of HTML, and prints where.
///
/// Of a run that is not finished it shows, split by split, the questions that every method has answered; methods without an answer are
/// left out, then splits that one of the others has not begun, each with a note. In place of a picture that is gone stands that it is;
/// a note names its folder if all are, or else a warning the file.
///
/// shape   returns the exit code
/// units   none
/// errors  llava::io::error: as read_run; no_input if a split was not answered by greedy; bad_data if no question was answered
///         by it and every method that was begun; usage for a model that cannot be looked into; as
///         write_whole
/// source  report/page.hpp
int write_report(report_options const& options, engine const& model);

}   // namespace evaluation
