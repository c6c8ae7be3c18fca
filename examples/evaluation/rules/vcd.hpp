// SPDX-License-Identifier: MIT
#pragma once

#include <evaluation/rules/verdict.hpp>

namespace evaluation::rules {

/// The rule of the VCD and CausalMM scorers: looks for the right answer's letters anywhere, so it depends on the label.
///
/// label yes: yes if "yes" is in lower(answer), else no; label no: no if "no" is in lower(answer), else yes
///
/// shape   one answer
/// units   none
/// errors  none: always decides ("snow" holds a "no")
/// source  VCD and CausalMM, eval_pope.py
struct vcd {
    static constexpr std::string_view name = "vcd";
    static constexpr bool neither_is_missed = true;   // never happens

    static verdict read(std::string_view answer, bool label_is_yes) {
        std::string const text = lower(answer);
        bool const found = text.find(label_is_yes ? "yes" : "no") != std::string::npos;
        return found == label_is_yes ? verdict::yes : verdict::no;
    }
};

}   // namespace evaluation::rules
