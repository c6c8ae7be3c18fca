// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include <evaluation/rules/verdict.hpp>

namespace evaluation::rules {

/// POPE's own rule: the first sentence says no if one of its words does, and yes otherwise, whatever it says.
///
/// cut at the first '.', commas dropped, split at spaces; one of "No", "no", "not" among the words: no; else yes
///
/// shape   one answer
/// units   none
/// errors  none: always decides ("NO" and "" are yes)
/// source  POPE evaluate.py, LLaVA eval_pope.py
struct official {
    static constexpr std::string_view name = "official";
    static constexpr bool neither_is_missed = true;   // never happens

    static verdict read(std::string_view answer, bool /*label_is_yes*/) {
        std::string sentence(answer.substr(0, answer.find('.')));
        std::erase(sentence, ',');
        std::string_view rest = sentence;
        while (true) {
            auto const space = rest.find(' ');
            std::string_view const word = rest.substr(0, space);
            if (word == "No" || word == "no" || word == "not") return verdict::no;
            if (space == std::string_view::npos) return verdict::yes;
            rest.remove_prefix(space + 1);
        }
    }
};

}   // namespace evaluation::rules
