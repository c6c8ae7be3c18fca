// SPDX-License-Identifier: MIT
#pragma once

#include <evaluation/rules/verdict.hpp>

namespace evaluation::rules {

/// Reads yes if the word "yes" occurs and "no" does not, and the other way round; all else is counted as unparseable.
///
/// words = lower(answer) split at ASCII white space and punctuation
///
/// shape   one answer
/// units   none
/// errors  none: both words or none of them is neither, which is wrong for both labels
/// source  the word rule of VLMEvalKit, with every punctuation mark a separator
struct words {
    static constexpr std::string_view name = "words";
    static constexpr bool neither_is_missed = true;

    static verdict read(std::string_view answer, bool /*label_is_yes*/) {
        std::string const text = lower(answer);
        bool yes = false;
        bool no = false;
        std::size_t begin = 0;
        for (std::size_t end = 0; end <= text.size(); ++end) {
            if (end < text.size() && !separates(text[end])) continue;
            auto const word = std::string_view(text).substr(begin, end - begin);
            yes = yes || word == "yes";
            no = no || word == "no";
            begin = end + 1;
        }
        if (yes == no) return verdict::neither;
        return yes ? verdict::yes : verdict::no;
    }

  private:
    static constexpr bool separates(char c) {
        bool const word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\'';
        bool const ascii = static_cast<unsigned char>(c) < 0x80;
        return ascii && !word;
    }
};

}   // namespace evaluation::rules
