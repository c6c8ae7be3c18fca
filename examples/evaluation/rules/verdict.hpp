// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace evaluation::rules {

/// What a rule reads out of an answer to a yes/no question.
///
/// shape   one per answer
/// units   none
/// errors  none: what cannot be read is neither
/// source  POPE arXiv:2305.10355 and its scorers
enum class verdict { yes, no, neither };

/// The answer in ASCII lower case; other bytes stay.
///
/// shape   as long as the answer
/// units   bytes
/// errors  none
/// source  what the scorers do first
inline std::string lower(std::string_view answer) {
    std::string result(answer);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

/// The answer without ASCII white space at both ends.
///
/// shape   a part of the answer
/// units   bytes
/// errors  none
/// source  what the scorers do first
constexpr std::string_view strip(std::string_view answer) {
    constexpr std::string_view white = " \t\n\v\f\r";
    auto const first = answer.find_first_not_of(white);
    if (first == std::string_view::npos) return {};
    return answer.substr(first, answer.find_last_not_of(white) - first + 1);
}

}   // namespace evaluation::rules
