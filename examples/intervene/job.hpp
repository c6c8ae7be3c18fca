// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <intervene/edit.hpp>

namespace intervene {

/// What one call of the program does.
struct job {
    std::filesystem::path in;
    std::optional<std::filesystem::path> out, picture;
    std::vector<change> changes;   // with `out` one
    setting where;
    std::string tensors = "*";   // a shell pattern of names
    index_t head = 0;            // of the picture
};

/// Edits the chosen attention tensors of a safetensors file and writes it with everything else as it was; draws the first of them,
/// head `head` of its first batch row, before and after each change. Files come into being whole, at the end; `out` may be `in`.
///
/// errors  those of the readers, of apply() and of the files; bad_data if no tensor is chosen; usage for a head that is not there
void run(job const& what);

}   // namespace intervene
