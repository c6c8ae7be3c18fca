// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace llava::io {

/// Bytes of the character at the start of `text`, 1 to 4; 0 if no valid one stands there (overlong, surrogate, cut, above U+10FFFF).
std::size_t character_size(std::string_view text) noexcept;

bool is_utf8(std::string_view text) noexcept;

/// Bytes of white space (Unicode's White_Space, as \s of a regular expression) at the start and at the end of valid UTF-8.
std::size_t leading_space(std::string_view text) noexcept;
std::size_t trailing_space(std::string_view text) noexcept;

}   // namespace llava::io
