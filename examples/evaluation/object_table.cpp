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
    return "";
}

// The words of a name, each made singular, with single spaces.
std::string normal(std::string_view name) {
    std::string text;
    for (auto const& word : words_of(name)) text.append(text.empty() ? "" : " ").append(singular(word));
    return text;
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

std::vector<std::string> object_table::mentions(std::string_view caption) const {
    auto words = words_of(caption);
    for (auto& word : words) word = singular(word);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < words.size(); ++i) {
        auto const pair = i + 1 < words.size() ? words[i] + " " + words[i + 1] : std::string();
        auto const one = pair.empty() ? std::string() : together(words[i], words[i + 1]);
        bool const merges = !one.empty() || (!pair.empty() && classes_.contains(pair));
        names.push_back(!one.empty() ? one : merges ? pair : words[i]);
        i += merges ? 1 : 0;
    }
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
