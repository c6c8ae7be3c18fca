// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/selection/index_set.hpp>

#include <charconv>
#include <cstdint>
#include <limits>
#include <string_view>
#include <system_error>

namespace llava {

/// All of `text` as a number; locale does not matter, and neither sign nor space in front is taken.
template <class Number>
bool read(std::string_view text, Number& number) {
    if (text.empty() || text.front() == '-') { return false; }
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc{} && end == text.data() + text.size();
}

/// Finite in single precision and >= 0.
inline bool read_strength(std::string_view text, double& number) {
    return read(text, number) && number <= double{std::numeric_limits<float>::max()};
}
/// In [0, 1].
inline bool read_share(std::string_view text, double& number) { return read(text, number) && number <= 1.0; }

/// "3" or "0-3", ends included.
inline bool read_range(std::string_view text, causalmm::selection::index_range& range) {
    auto const dash = text.find('-');
    int first = 0, last = 0;
    if (!read(text.substr(0, dash), first)) { return false; }
    if (dash == std::string_view::npos) {
        last = first;
    } else if (!read(text.substr(dash + 1), last)) {
        return false;
    }
    range = {first, std::int64_t{last} + 1};
    return first <= last;
}

inline bool read_bool(std::string_view text, bool& value) {
    value = text == "true";
    return value || text == "false";
}

}   // namespace llava
