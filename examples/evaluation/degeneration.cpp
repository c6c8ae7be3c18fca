// SPDX-License-Identifier: MIT
#include <evaluation/degeneration.hpp>

#include <algorithm>
#include <vector>

namespace evaluation {

namespace {

constexpr std::string_view spaces = " \t\n\v\f\r";

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (auto at = text.find_first_not_of(spaces); at != std::string_view::npos;) {
        auto const end = std::min(text.find_first_of(spaces, at), text.size());
        words.push_back(text.substr(at, end - at));
        at = text.find_first_not_of(spaces, end);
    }
    return words;
}

// Three copies of a phrase of n words are 2n words in a row that equal the word n places before.
bool repeats(std::vector<std::string_view> const& words, std::size_t n) {
    std::size_t equal = 0;
    for (std::size_t i = n; i < words.size(); ++i) {
        equal = words[i] == words[i - n] ? equal + 1 : 0;
        if (equal == 2 * n) return true;
    }
    return false;
}

}   // namespace

degeneration degeneration_of(std::string_view answer, std::size_t longest) {
    auto const words = words_of(answer);
    if (words.empty()) return degeneration::empty;
    for (std::size_t n = 1; n <= 8; ++n) {
        if (repeats(words, n)) return degeneration::repeated;
    }
    return words.size() > longest ? degeneration::over_long : degeneration::none;
}

void degenerate_counts::add(degeneration form, bool is_unparseable) {
    empty += form == degeneration::empty ? 1 : 0;
    repeated += form == degeneration::repeated ? 1 : 0;
    over_long += form == degeneration::over_long ? 1 : 0;
    unparseable += is_unparseable ? 1 : 0;
    any += form != degeneration::none || is_unparseable ? 1 : 0;
}

}   // namespace evaluation
