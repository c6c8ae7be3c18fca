// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <evaluation/table.hpp>

namespace evaluation {

/// The forms in which a table can be printed: text, markdown, csv, json.
///
/// shape   all of them show the same rows
/// units   as table
/// errors  llava::io::error (usage) listing the names
/// source  --format
void check_format(std::string_view format);
std::string formatted(table const& t, std::string_view format);

}   // namespace evaluation
