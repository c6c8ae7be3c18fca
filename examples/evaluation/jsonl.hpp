// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include <llava/io/json.hpp>

namespace evaluation {

/// The name that messages give a line of a file.
///
/// shape   "answers.jsonl line 3"
/// units   lines count from 1
/// errors  none
/// source  reliability.md 2.1
std::string line_name(std::filesystem::path const& file, std::size_t line);

/// Calls visit(object, line) for each line of JSON Lines text; CRLF and a missing last line end are accepted.
///
/// shape   one JSON object a line; the first is line `first`
/// units   at most 1 MiB a line and 10,000,000 lines
/// errors  llava::io::error (bad_data) naming file and line: not JSON, no object, blank
/// source  jsonlines.org, reliability.md 2.2
using line_visitor = std::function<void(llava::io::json_field const& object, std::size_t line)>;
void read_lines(std::string_view text, std::filesystem::path const& file, line_visitor const& visit,
                std::size_t first = 1);
void read_lines(std::filesystem::path const& file, line_visitor const& visit);

/// Calls visit(object) for each row of a file that is JSON Lines or one JSON array: POPE publishes its files in both forms.
///
/// shape   one JSON object a row; a file whose first mark is '[' is an array
/// units   as read_lines; at most 64 MiB for an array
/// errors  llava::io::error (bad_data) naming file and line or place in the array
/// source  POPE, output/coco and output/seem
using row_visitor = std::function<void(llava::io::json_field const& object)>;
void read_rows(std::filesystem::path const& file, row_visitor const& visit);

}   // namespace evaluation
