// SPDX-License-Identifier: MIT
#include <evaluation/manifest.hpp>

#include <algorithm>
#include <charconv>

#include <evaluation/json_text.hpp>
#include <evaluation/store.hpp>
#include <llava/io/error.hpp>
#include <llava/io/json.hpp>

namespace evaluation {

manifest manifest::read(std::filesystem::path const& file) {
    manifest result;
    result.file_ = file;
    auto const document = llava::io::json_document::read(file);
    auto const root = document->root();
    for (auto const& [key, value] : root.object().value().items()) result.add(key, root.at(key).text());
    return result;
}

std::string const& manifest::at(std::string_view key) const {
    auto const found = std::find_if(pairs_.begin(), pairs_.end(), [&](pair const& each) { return each.key == key; });
    if (found != pairs_.end()) return found->value;
    throw llava::io::error(llava::io::exit_code::bad_data, file_.native(), key, "is missing");
}

std::uint64_t manifest::integer(std::string_view key) const {
    auto const& text = at(key);
    std::uint64_t value = 0;
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure == std::errc{} && end == text.data() + text.size()) return value;
    throw llava::io::error(llava::io::exit_code::bad_data, file_.native(), key,
                           "expected an integer, found " + llava::io::quote(text));
}

bool manifest::create(std::filesystem::path const& file) const {
    std::string text = "{";
    for (auto const& [key, value, is_note] : pairs_) {
        if (text.size() > 1) text += ",";
        text += "\n  " + json_string(key) + ": " + json_string(value);
    }
    return create_whole(file, text + "\n}\n");
}

void manifest::require_equal(std::filesystem::path const& file) const {
    auto const before = read(file);
    for (auto const& [key, value, is_note] : pairs_) {
        if (is_note || before.at(key) == value) continue;
        throw llava::io::error(llava::io::exit_code::config, file.native(), key,
                               "was " + llava::io::quote(before.at(key)) + " when these answers were begun, is " +
                                   llava::io::quote(value) + " now; choose another --out, or --overwrite");
    }
}

}   // namespace evaluation
