// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <charconv>
#include <string>
#include <string_view>

namespace evaluation {

/// A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
///
/// shape   any bytes -> one line of UTF-8
/// units   bytes
/// errors  none
/// source  RFC 8259
std::string json_string(std::string_view text);

/// The shortest decimal that reads back as the same number; null if it is not finite.
///
/// shape   one float or double
/// units   none
/// errors  none
/// source  RFC 8259, std::to_chars
template <class Number>
std::string json_number(Number value) {
    if (!std::isfinite(value)) return "null";
    char digits[64];
    return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

}   // namespace evaluation
