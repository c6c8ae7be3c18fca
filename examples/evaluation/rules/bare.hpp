// SPDX-License-Identifier: MIT
#pragma once

#include <evaluation/rules/verdict.hpp>

namespace evaluation::rules {

/// AMBER's rule: the whole answer is "Yes" or "No", so written.
///
/// shape   one answer
/// units   none
/// errors  none: everything else is neither, which is wrong ("yes", "No.")
/// source  AMBER, inference.py
struct bare {
    static constexpr std::string_view name = "bare";
    static constexpr bool neither_is_missed = true;

    static verdict read(std::string_view answer, bool /*label_is_yes*/) {
        if (answer == "Yes") return verdict::yes;
        return answer == "No" ? verdict::no : verdict::neither;
    }
};

}   // namespace evaluation::rules
