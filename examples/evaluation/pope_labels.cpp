// SPDX-License-Identifier: MIT
#include <evaluation/pope_labels.hpp>

#include <algorithm>

#include <evaluation/jsonl.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

using llava::io::json_field;

namespace {

// What becomes part of a file's name.
std::string const& category_of(json_field const& asked) {
    auto const field = asked.at("category");
    auto const& name = field.text(64);
    bool const is_word = std::all_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (name.empty() || !is_word) field.fail("is no name of a category: " + llava::io::quote(name));
    return name;
}

}   // namespace

bool yes_label(json_field const& field) {
    std::string const& text = field.text(64);
    if (text != "yes" && text != "no") field.fail("expected \"yes\" or \"no\", found " + llava::io::quote(text));
    return text == "yes";
}

pope_labels::sheet& pope_labels::sheet_of(std::string const& category) {
    auto const [at, is_new] = sheets_.try_emplace(category);
    if (!is_new) return at->second;
    auto const name = "coco_pope_" + category + ".json";
    auto const file = std::filesystem::exists(folder_ / name) ? folder_ / name : folder_ / "coco" / name;
    read_rows(file, [&](json_field const& object) {
        at->second.rows.push_back({.image = object.at("image").text(),
                                   .text = object.at("text").text(),
                                   .label = yes_label(object.at("label"))});
    });
    return at->second;
}

bool pope_labels::next(json_field const& asked) {
    auto const& category = category_of(asked);
    auto& labels = sheet_of(category);
    auto const place = "row " + std::to_string(labels.used + 1) + " of coco_pope_" + category + ".json";
    if (labels.used == labels.rows.size()) asked.at("category").fail("there is no " + place);
    auto const& labelled = labels.rows[labels.used++];
    if (asked.at("image").text() != labelled.image) asked.at("image").fail("is not that of " + place);
    if (!asked.at("text").text().starts_with(labelled.text))
        asked.at("text").fail("does not begin with that of " + place);
    return labelled.label;
}

}   // namespace evaluation
