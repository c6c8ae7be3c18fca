// SPDX-License-Identifier: MIT
// The header that a run left, and the one that it would write now.
#include <evaluation/manifest.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include <llava/io/json.hpp>

#include "fuzz.hpp"

namespace {

using evaluation::manifest;
using fuzz::require;
using pairs = std::map<std::string, std::string>;

// What the file says, read by another parser.
pairs said_in(std::string_view text) { return nlohmann::json::parse(text).get<pairs>(); }

std::optional<manifest> read(std::filesystem::path const& file, std::string_view text) {
    std::optional<manifest> found;
    if (!fuzz::accepts([&] { found = manifest::read(file); }, {fuzz::exit_code::bad_data})) return found;
    for (auto const& [key, value] : said_in(text)) require(found->at(key) == value, "every pair of the file is there");
    require(!fuzz::accepts([&] { found->at("no such key"); }), "and no other");
    return found;
}

// Whether two headers are those of one run, worked out anew: by key, the first that is absent or differs decides.
std::optional<fuzz::exit_code> difference(pairs const& now, pairs const& before) {
    for (auto const& [key, value] : now) {
        if (!before.contains(key)) return fuzz::exit_code::bad_data;
        if (before.at(key) != value) return fuzz::exit_code::config;
    }
    return std::nullopt;
}

void check_equal(manifest const& now, std::filesystem::path const& before, std::optional<fuzz::exit_code> expected) {
    std::optional<fuzz::exit_code> found;
    try {
        now.require_equal(before);
    } catch (llava::io::error const& why) {
        found = why.code;
        require(std::string_view(why.what()).starts_with("a.run.json: "), "a refusal names the file");
    }
    require(found == expected, "a run continues what was begun with the same");
    fuzz::accepts([&] { now.require_equal(before); }, {fuzz::exit_code::bad_data, fuzz::exit_code::config});
}

void run(std::string_view bytes) {
    static fuzz::folder const folder;
    auto const files = fuzz::parts(bytes, 2);
    auto const before = folder.write("a.run.json", files[0]);
    auto const first = read(before, files[0]);
    auto const now = read(folder.write("b.run.json", files[1]), files[1]);
    if (!first) return;
    check_equal(*first, before, std::nullopt);
    auto const written = folder.path() / "c.run.json";
    std::filesystem::remove(written);
    require(first->create(written) && !first->create(written), "a header is made once");
    require(said_in(fuzz::contents(written.native())) == said_in(files[0]), "what is read is written the same");
    if (now) check_equal(*now, before, difference(said_in(files[1]), said_in(files[0])));
}

std::vector<std::string> seeds() {
    return {fuzz::joined({R"({"method":"greedy","seed":"7","prompt_suffix":"\n\"x\" \u00e9"})",
                          R"({"method":"greedy","seed":"8"})"}),
            fuzz::joined({"{\r\n}", R"({"method":"greedy"})"}), fuzz::joined({R"({"a":"","":"b"})", "{}"})};
}

fuzz::target const here("manifest", run, seeds);

}   // namespace
