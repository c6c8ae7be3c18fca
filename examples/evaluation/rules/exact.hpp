// SPDX-License-Identifier: MIT
#pragma once

#include <evaluation/rules/verdict.hpp>

namespace evaluation::rules {

/// Reads only the bare words: "yes" and "no" in any case, with white space around them.
///
/// lower(strip(answer)) equal to "yes": yes; equal to "no": no; else neither
///
/// shape   one answer
/// units   none
/// errors  none: "No." is neither, which is wrong; recall leaves such answers out, as lmms-eval does
/// source  lmms-eval, task pope
struct exact {
    static constexpr std::string_view name = "exact";
    static constexpr bool neither_is_missed = false;

    static verdict read(std::string_view answer, bool /*label_is_yes*/) {
        std::string const text = lower(strip(answer));
        if (text == "yes") return verdict::yes;
        return text == "no" ? verdict::no : verdict::neither;
    }
};

}   // namespace evaluation::rules
