// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <intervene/job.hpp>

namespace intervene {

/// What the words of a command line ask for; nothing if only help was, which is printed then.
///
/// errors  usage, naming the option
std::optional<job> parse_command_line(int argc, char const* const* argv);

}   // namespace intervene
