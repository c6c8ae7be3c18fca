// SPDX-License-Identifier: MIT
#include <evaluation/singular.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <evaluation/rules/verdict.hpp>

namespace evaluation {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 25> irregular = {{
    {"people", "person"},     {"men", "man"},        {"women", "woman"},   {"children", "child"}, {"mice", "mouse"},
    {"geese", "goose"},       {"teeth", "tooth"},    {"feet", "foot"},     {"oxen", "ox"},        {"knives", "knife"},
    {"wives", "wife"},        {"lives", "life"},     {"leaves", "leaf"},   {"loaves", "loaf"},    {"calves", "calf"},
    {"wolves", "wolf"},       {"shelves", "shelf"},  {"scarves", "scarf"}, {"halves", "half"},    {"buses", "bus"},
    {"octopuses", "octopus"}, {"cookies", "cookie"}, {"movies", "movie"},  {"shoes", "shoe"},     {"taxis", "taxi"},
}};
// Nouns in -s that are singular already, or have no singular.
constexpr std::array<std::string_view, 10> unchanged = {"skis",   "gas",     "tennis", "scissors", "binoculars",
                                                        "series", "species", "lens",   "canvas",   "christmas"};
// An e belongs to these endings' singular: -es goes, not -s alone.
constexpr std::array<std::string_view, 6> without_es = {"ches", "shes", "sses", "xes", "zzes", "oes"};

template <class Words>
bool holds(Words const& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// "policemen" as "men".
std::string compound_of_man(std::string_view word) { return std::string(word.substr(0, word.size() - 2)) + "an"; }

bool ends_with_any(std::string_view word) {
    return std::any_of(without_es.begin(), without_es.end(), [&](auto ending) { return word.ends_with(ending); });
}

bool in_word(char c) {
    bool const ascii = static_cast<unsigned char>(c) < 0x80;
    return !ascii || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

}   // namespace

std::string singular(std::string_view word) {
    for (auto const& [plural, one] : irregular) {
        if (word == plural) return std::string(one);
    }
    if (word.size() > 3 && word.ends_with("men") && word != "specimen" && word != "ramen") return compound_of_man(word);
    bool const plural = word.size() > 2 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") &&
                        !word.ends_with("is") && !holds(unchanged, word);
    if (!plural) return std::string(word);
    if (word.size() > 4 && word.ends_with("ies")) return std::string(word.substr(0, word.size() - 3)) + "y";
    std::size_t const cut = ends_with_any(word) ? 2 : 1;
    return std::string(word.substr(0, word.size() - cut));
}

std::vector<std::string> words_of(std::string_view text) {
    std::string const lower = rules::lower(text);
    std::vector<std::string> words;
    std::string word;
    for (std::size_t i = 0; i <= lower.size(); ++i) {
        if (i < lower.size() && in_word(lower[i])) {
            word += lower[i];
            continue;
        }
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
        if (i < lower.size() && lower[i] == '\'') {
            while (i + 1 < lower.size() && in_word(lower[i + 1])) ++i;
        }
    }
    return words;
}

}   // namespace evaluation
