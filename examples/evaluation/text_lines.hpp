// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace evaluation {

/// A line of a text file and the name that messages give it.
///
/// shape   "a.txt in count line 2"
/// units   none
/// errors  none
/// source  jsonl.hpp
struct text_line {
    std::string text;
    std::string where;
};

/// The lines of a text file, blank ones left out; CRLF and a byte order mark are accepted.
///
/// shape   any number of lines
/// units   at most 1 MiB a line
/// errors  llava::io::error: no_input if it cannot be read, bad_data for a line that is too long or holds a NUL byte
/// source  reliability.md 2.1
std::vector<text_line> text_lines(std::filesystem::path const& file);

/// The fields of a line, outer white space cut off.
///
/// shape   exactly `count` of them
/// units   none
/// errors  llava::io::error (bad_data) naming the place
/// source  MME's files
std::vector<std::string> split_tabs(std::string_view line, std::size_t count, std::string const& where);

}   // namespace evaluation
