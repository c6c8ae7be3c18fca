// SPDX-License-Identifier: MIT
#include <evaluation/merge.hpp>

#include <algorithm>
#include <map>

#include <evaluation/answers.hpp>
#include <evaluation/console.hpp>
#include <evaluation/json_text.hpp>
#include <evaluation/store.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::error;
using llava::io::exit_code;

// "3, 4, 5 and 17 others"
std::string ids_of(std::vector<std::size_t> const& missing, task const& split) {
    constexpr std::size_t most = 20;
    std::string text;
    for (std::size_t i = 0; i < std::min(missing.size(), most); ++i)
        text += (i == 0 ? "" : ", ") + std::to_string(split.questions[missing[i]].id);
    if (missing.size() > most) text += " and " + std::to_string(missing.size() - most) + " others";
    return text;
}

}   // namespace

void require_complete(stored_job const& from, std::size_t wanted) {
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < wanted; ++i) {
        if (!from.answers.settled(i)) missing.push_back(i);
    }
    if (missing.empty()) return;
    throw error(exit_code::bad_data, from.name, "question_id",
                std::to_string(missing.size()) + " of " + std::to_string(wanted) +
                    " have no answer (--limit N merges the first N): " + ids_of(missing, from.split));
}

void write_merged(merged_files const& to, task const& split, shards const& answers, std::size_t wanted) {
    std::vector<std::string> texts;
    std::string kept, margins, costs;
    for (std::size_t i = 0; i < wanted; ++i) {
        auto const& asked = split.questions[i];
        auto const answer = answers.at(i).answer;
        auto const start = "{\"question_id\":" + std::to_string(asked.id);
        texts.push_back(answer.text);
        kept += answer_line(asked, answer.text, to.model_id);
        margins += start + ",\"margin\":" + json_number(answer.margin) + "}\n";
        costs += start + ",\"seconds\":" + json_number(answer.seconds) +
                 ",\"needed\":" + std::to_string(answer.needed) + ",\"skipped\":" + std::to_string(answer.skipped) +
                 "}\n";
    }
    std::map<std::filesystem::path, std::string> files;
    auto const file = [&](std::string const& kind) { return to.folder / (to.name + kind); };
    for (auto& each : split.contents->files(texts, to.model_id)) files[file(each.name)] = std::move(each.text);
    files[file(".margins.jsonl")] = std::move(margins);
    files[file(".costs.jsonl")] = std::move(costs);
    files[file(".answers.jsonl")] = std::move(kept);
    for (auto const& [path, text] : files) {
        std::filesystem::create_directories(path.parent_path());
        write_whole(path, text);
    }
}

int merge(merge_options const& options) {
    auto const stored = read_run(options.folder, options.tasks);
    auto const wanted = [&](stored_job const& from) { return std::min(from.split.questions.size(), options.limit); };
    for (auto const& each : stored) require_complete(each, wanted(each));
    std::string report;
    for (auto const& each : stored) {
        write_merged({.folder = options.folder, .name = each.name, .model_id = each.header.at("model_id")}, each.split,
                     each.answers, wanted(each));
        report += each.name + ": " + std::to_string(wanted(each)) + " answers\n";
    }
    print(report);
    return 0;
}

}   // namespace evaluation
