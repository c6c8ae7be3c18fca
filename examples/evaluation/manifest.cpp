// SPDX-License-Identifier: MIT
#include <evaluation/manifest.hpp>

#include <evaluation/json_text.hpp>
#include <evaluation/store.hpp>
#include <llava/io/error.hpp>
#include <llava/io/json.hpp>

namespace evaluation {

void manifest::write(std::filesystem::path const& file) const {
    std::string text = "{";
    for (auto const& [key, value] : pairs_) {
        if (text.size() > 1) text += ",";
        text += "\n  " + json_string(key) + ": " + json_string(value);
    }
    write_whole(file, text + "\n}\n");
}

void manifest::require_equal(std::filesystem::path const& file) const {
    auto const document = llava::io::json_document::read(file);
    auto const root = document->root();
    for (auto const& [key, value] : pairs_) {
        std::string const found = root.at(key).text();
        if (found == value) continue;
        throw llava::io::error(llava::io::exit_code::config, file.native(), key,
                               "was " + llava::io::quote(found) + " when these answers were begun, is " +
                                   llava::io::quote(value) + " now; choose another --out, or --overwrite");
    }
}

}   // namespace evaluation
