// SPDX-License-Identifier: MIT
#include <evaluation/object_table.hpp>

#include <algorithm>
#include <array>

#include <evaluation/coco_names.hpp>
#include <evaluation/rules/verdict.hpp>
#include <evaluation/singular.hpp>
#include <evaluation/text_lines.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

constexpr std::array<std::string_view, 12> animals = {"bird",     "cat",  "dog",   "horse",   "sheep",  "cow",
                                                      "elephant", "bear", "zebra", "giraffe", "animal", "cub"};
constexpr std::array<std::string_view, 2> vehicles = {"jet", "train"};

template <class Words>
bool holds(Words const& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// What two words are together, if their first only qualifies the second or both mean something else; empty otherwise.
std::string together(std::string const& first, std::string const& second) {
    if ((first == "baby" || first == "adult") && holds(animals, second)) return second;
    if (first == "passenger" && holds(vehicles, second)) return second;
    if (first == "toilet" && second == "seat") return "toilet";
    if (first == "home" && second == "plate") return "home plate";
    if (first == "train" && second == "track") return "train track";
    return "";
}

std::vector<std::string> singulars(std::string_view text) {
    auto words = words_of(text);
    for (auto& word : words) word = singular(word);
    return words;
}

// The words of a name, each made singular, with single spaces.
std::string normal(std::string_view name) {
    std::string text;
    for (auto const& word : singulars(name)) text.append(text.empty() ? "" : " ").append(word);
    return text;
}

// A text cut where a mark stands between two words, which then are no pair: "laptops, computers".
std::vector<std::string_view> cut_at_marks(std::string_view text) {
    constexpr std::string_view marks = ".,;:!?()[]{}\"";
    std::vector<std::string_view> pieces;
    while (true) {
        auto const end = text.find_first_of(marks);
        pieces.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return pieces;
        text.remove_prefix(end + 1);
    }
}

}   // namespace

object_table object_table::coco() {
    object_table table;
    for (auto const line : coco_names) table.add(line, "coco");
    return table;
}

object_table object_table::read(std::filesystem::path const& file) {
    object_table table;
    for (auto const& [line, where] : text_lines(file)) table.add(line, where);
    return table;
}

void object_table::add(std::string_view line, std::string const& where) {
    std::string owner;
    while (true) {
        auto const comma = line.find(',');
        auto const name = rules::strip(line.substr(0, comma));
        if (owner.empty()) owner = name;
        auto const [entry, is_new] = classes_.emplace(normal(name), owner);
        if (!is_new && entry->second != owner) {
            throw llava::io::error(
                llava::io::exit_code::bad_data, where, "",
                llava::io::quote(name) + " belongs to " + llava::io::quote(entry->second) + " already");
        }
        if (comma == std::string_view::npos) return;
        line.remove_prefix(comma + 1);
    }
}

void object_table::add_names(std::string_view piece, std::vector<std::string>& names) const {
    auto const words = singulars(piece);
    for (std::size_t i = 0; i < words.size(); ++i) {
        auto const pair = i + 1 < words.size() ? words[i] + " " + words[i + 1] : std::string();
        auto const one = pair.empty() ? std::string() : together(words[i], words[i + 1]);
        bool const merges = !one.empty() || (!pair.empty() && classes_.contains(pair));
        names.push_back(!one.empty() ? one : merges ? pair : words[i]);
        i += merges ? 1 : 0;
    }
}

std::vector<std::string> object_table::mentions(std::string_view caption) const {
    std::vector<std::string> names;
    for (auto const piece : cut_at_marks(caption)) add_names(piece, names);
    bool const has_toilet = holds(names, "toilet");
    std::vector<std::string> found;
    for (auto const& name : names) {
        auto const entry = classes_.find(name);
        if (entry != classes_.end() && !(has_toilet && name == "seat")) found.push_back(entry->second);
    }
    return found;
}

std::string object_table::class_of(std::string_view name) const {
    auto const entry = classes_.find(normal(name));
    return entry == classes_.end() ? "" : entry->second;
}

}   // namespace evaluation
