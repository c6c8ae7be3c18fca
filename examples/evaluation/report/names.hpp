// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

namespace evaluation::report {

/// Short names of methods: the values that set methods of one kind apart.
///
/// "causalmm:vision=shuffled,gamma=1" and "causalmm:language=reversed,gamma=1" -> "causalmm vision=shuffled", "causalmm language=reversed"
///
/// shape   as many as methods, all different; a method that is alone of its kind keeps its kind alone
/// units   none
/// errors  none
/// source  the method grammar NAME[:key=value,...]
std::vector<std::string> short_names(std::span<std::string const> methods);

}   // namespace evaluation::report
