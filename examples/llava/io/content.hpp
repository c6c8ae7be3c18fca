// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace llava::io {

/// What a file that is not what its name says turns out to be: "a Git LFS pointer", "an HTML page", ...; empty if nothing known.
///
/// These are the files that an interrupted or logged-out download leaves under a model file's name.
std::string_view known_content(std::span<std::byte const> bytes) noexcept;

}   // namespace llava::io
