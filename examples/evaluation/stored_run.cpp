// SPDX-License-Identifier: MIT
#include <evaluation/stored_run.hpp>

#include <algorithm>
#include <system_error>

#include <evaluation/named.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

namespace fs = std::filesystem;
using llava::io::error;
using llava::io::exit_code;

constexpr std::string_view header_end = ".run.json";

std::vector<fs::path> headers(fs::path const& folder) {
    std::vector<fs::path> found;
    std::error_code failure;
    for (auto const& each : fs::directory_iterator(folder, failure)) {
        if (each.path().native().ends_with(header_end)) found.push_back(each.path());
    }
    if (failure) throw error(exit_code::no_input, folder.native(), "", "cannot be read: " + failure.message());
    if (found.empty()) throw error(exit_code::no_input, folder.native(), "", "holds no run");
    std::sort(found.begin(), found.end());
    return found;
}

// BENCHMARK:FILE of a header, or the one that was given in its place.
std::string task_of(manifest const& header, std::vector<std::string> const& given) {
    fs::path const file(header.at("questions"));
    for (auto const& text : given) {
        if (fs::path(text.substr(text.find(':') + 1)).stem() == file.stem()) return text;
    }
    return header.at("benchmark") + ":" + file.native();
}

}   // namespace

std::deque<stored_job> read_run(fs::path const& folder, std::vector<std::string> const& tasks, fs::path const& images) {
    std::deque<stored_job> found;
    for (auto const& file : headers(folder)) {
        auto header = manifest::read(file);
        reading const how{.words = find_named<preset, preset_list>("prompt_preset", header.at("prompt_preset")),
                          .style = header.at("style")};
        auto split = read_task(task_of(header, tasks), images.empty() ? fs::path(header.at("images")) : images, how);
        if (split.hash != header.at("questions_sha256")) {
            throw error(exit_code::config, file.native(), "questions_sha256",
                        "the run was asked other questions than " + llava::io::quote(split.file.native()) + " holds");
        }
        auto const name = file.filename().native();
        found.emplace_back(name.substr(0, name.size() - header_end.size()), std::move(header), std::move(split),
                           folder);
        found.back().answers.refresh();
    }
    return found;
}

}   // namespace evaluation
