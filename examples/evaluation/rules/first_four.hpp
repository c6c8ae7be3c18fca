// SPDX-License-Identifier: MIT
#pragma once

#include <evaluation/rules/verdict.hpp>

namespace evaluation::rules {

/// MME's rule: looks for "yes", then for "no", in the first four characters.
///
/// lower(answer) in the first four characters of UTF-8; "yes" in it: yes; else "no" in it: no; else neither. White space before the words
/// counts. The script's lower() makes two characters of U+0130, here it is one.
///
/// shape   one answer
/// units   none
/// errors  none: what says yes or no later is neither, which is wrong; "know" and "nope" are no
/// source  MME, eval_tool/calculation.py
struct first_four {
    static constexpr std::string_view name = "first-four";
    static constexpr bool neither_is_missed = true;

    static verdict read(std::string_view answer, bool /*label_is_yes*/) {
        std::string const text = lower(answer.substr(0, end_of(answer, 4)));
        if (text.find("yes") != std::string::npos) return verdict::yes;
        return text.find("no") != std::string::npos ? verdict::no : verdict::neither;
    }

  private:
    // Bytes that the first characters take up.
    static constexpr std::size_t end_of(std::string_view text, std::size_t characters) {
        std::size_t begun = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            bool const continues = (static_cast<unsigned char>(text[i]) & 0xc0u) == 0x80u;
            if (!continues && begun++ == characters) return i;
        }
        return text.size();
    }
};

}   // namespace evaluation::rules
