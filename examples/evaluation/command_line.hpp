// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <evaluation/answerer.hpp>
#include <evaluation/process_group.hpp>

namespace evaluation {

/// causalmm-eval run | merge | compare | score | check, with this engine behind it.
///
/// shape   returns the exit code
/// units   none
/// errors  llava::io::error; usage for whatever the command line itself has wrong
/// source  reliability.md 2.3
int command_line(int argc, char** argv, engine const& model, process_group const& group = {});

/// A decimal integer, all of the text, within the bounds.
///
/// shape   "0" .. "18446744073709551615"
/// units   none
/// errors  llava::io::error (usage) naming the option and the range
/// source  reliability.md A4, A5
std::uint64_t parse_integer(std::string_view option, std::string_view text, std::uint64_t lowest,
                            std::uint64_t highest);

}   // namespace evaluation
