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

std::string split_of(std::string const& task) { return split_name(task.substr(task.find(':') + 1)); }

// BENCHMARK:FILE of a header, or the one that was given in its place.
std::string task_of(fs::path const& header_file, manifest const& header, std::vector<std::string> const& given) {
    fs::path const file(header.at("questions"));
    auto const& kind = header.at("benchmark");
    for (auto const& text : given) {
        if (split_of(text) == split_name(file)) return text;
    }
    std::error_code failure;
    if (fs::exists(file, failure) || failure) return kind + ":" + file.native();
    auto const name = (file.has_filename() ? file : file.parent_path()).filename().native();
    throw error(exit_code::no_input, header_file.native(), "questions",
                llava::io::quote(file.native()) + " is no longer there; report and merge take --task " +
                    llava::io::quote(kind + ":FOLDER/" + name));
}

bool has_own_images(stored_job const& job) { return !job.split.contents->images().empty(); }

// What was given and would change nothing was given by mistake.
void require_use(std::deque<stored_job> const& found, std::vector<std::string> const& tasks, fs::path const& images) {
    for (auto const& text : tasks) {
        auto const is_named = [&](stored_job const& job) { return job.split.split == split_of(text); };
        if (!std::any_of(found.begin(), found.end(), is_named))
            throw error(exit_code::usage, "", "--task",
                        llava::io::quote(text) + " has the name of no split of this run");
    }
    if (images.empty() || !std::all_of(found.begin(), found.end(), has_own_images)) return;
    auto const& kind = found.front().header.at("benchmark");
    throw error(exit_code::usage, "", "--images",
                "has no use: the pictures of " + llava::io::quote(kind) + " lie beside its questions, and --task " +
                    llava::io::quote(kind + ":FOLDER") + " names both");
}

}   // namespace

std::deque<stored_job> read_run(fs::path const& folder, std::vector<std::string> const& tasks, fs::path const& images) {
    std::deque<stored_job> found;
    for (auto const& file : headers(folder)) {
        auto header = manifest::read(file);
        reading const how{.words = find_named<preset, preset_list>("prompt_preset", header.at("prompt_preset")),
                          .style = header.at("style")};
        auto split =
            read_task(task_of(file, header, tasks), images.empty() ? fs::path(header.at("images")) : images, how);
        if (split.hash != header.at("questions_sha256")) {
            throw error(exit_code::config, file.native(), "questions_sha256",
                        "the run was asked other questions than " + llava::io::quote(split.file.native()) + " holds");
        }
        auto const name = file.filename().native();
        found.emplace_back(name.substr(0, name.size() - header_end.size()), std::move(header), std::move(split),
                           folder);
        found.back().answers.refresh();
    }
    require_use(found, tasks, images);
    return found;
}

}   // namespace evaluation
