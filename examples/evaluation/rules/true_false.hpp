// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include <evaluation/rules/verdict.hpp>

namespace evaluation::rules {

/// VLind-Bench's rule: the first word that is "true" or "false" decides.
///
/// lower(answer), line ends to spaces, commas and full stops dropped, split at spaces
///
/// shape   one answer; yes stands for True, no for False
/// units   none
/// errors  none: no such word is neither, which is wrong ("True!" is none)
/// source  VLind-Bench, eval/gpt4o_eval.py, infer_true_or_false
struct true_false {
    static constexpr std::string_view name = "true-false";
    static constexpr bool neither_is_missed = true;

    static verdict read(std::string_view answer, bool /*label_is_yes*/) {
        std::string text = lower(answer);
        std::replace(text.begin(), text.end(), '\n', ' ');
        std::erase_if(text, [](char c) { return c == ',' || c == '.'; });
        std::string_view rest = text;
        while (true) {
            auto const space = rest.find(' ');
            std::string_view const word = rest.substr(0, space);
            if (word == "true") return verdict::yes;
            if (word == "false") return verdict::no;
            if (space == std::string_view::npos) return verdict::neither;
            rest.remove_prefix(space + 1);
        }
    }
};

}   // namespace evaluation::rules
