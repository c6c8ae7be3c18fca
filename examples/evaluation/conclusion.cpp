// SPDX-License-Identifier: MIT
#include <evaluation/conclusion.hpp>

#include <algorithm>

#include <evaluation/json_text.hpp>
#include <evaluation/result_table.hpp>
#include <evaluation/store.hpp>
#include <evaluation/summary.hpp>
#include <evaluation/table_form.hpp>

namespace evaluation {

namespace {

constexpr auto table_rule = rule::of<rules::words>();

std::string benchmarks_of(std::span<task const> tasks) {
    std::vector<std::string_view> names;
    std::string text;
    for (auto const& t : tasks) {
        if (std::count(names.begin(), names.end(), t.kind.name) > 0) continue;
        text += (names.empty() ? "" : ", ") + std::string(t.kind.name);
        names.push_back(t.kind.name);
    }
    return text;
}

answered_split split_of(answered_run const& run, std::size_t t) {
    task const& from = run.tasks[t];
    answered_split split{
        .name = from.split, .questions = {}, .replies = {}, .right = scorer_of(from), .own_rule = own_rule_of(from)};
    for (std::size_t m = 0; m < run.methods.size(); ++m) split.replies.push_back(run.replies(t, m));
    auto const asked = from.questions.first(split.replies[0].size());
    split.questions.assign(asked.begin(), asked.end());
    return split;
}

table comparison_of(answered_run const& run, std::span<answered_split const> splits) {
    std::string const baseline = run.methods[0];
    table result{.benchmark = benchmarks_of(run.tasks),
                 .model = run.model_id,
                 .rule = std::string(table_rule.name),
                 .baseline = baseline,
                 .seed = std::to_string(run.seed),
                 .rows = {},
                 .notes = {}};
    summarize(result, run.methods, splits);
    std::string added;
    for (auto const& method : run.added) added += (added.empty() ? "" : ", ") + method;
    if (!added.empty()) result.notes.push_back("added to the run as controls: " + added);
    return result;
}

result_table scores_of(answered_run const& run, std::size_t t, answered_split const& split) {
    result_table result{.benchmark = std::string(run.tasks[t].kind.name), .split = split.name, .methods = {}};
    for (std::size_t m = 0; m < run.methods.size(); ++m) {
        std::vector<std::string> texts;
        for (auto const& each : split.replies[m]) texts.push_back(each.text);
        auto const& contents = *run.tasks[t].contents;
        result.methods.emplace_back(run.methods[m], contents.score(texts, find_rule(contents, "")));
    }
    return result;
}

}   // namespace

std::string conclude(answered_run const& of, std::filesystem::path const& folder, std::string_view format) {
    std::vector<answered_split> splits;
    for (std::size_t t = 0; t < of.tasks.size(); ++t) splits.push_back(split_of(of, t));
    auto const comparison = comparison_of(of, splits);
    std::string text, markdown, json;
    for (std::size_t t = 0; t < of.tasks.size(); ++t) {
        auto const own = scores_of(of, t, splits[t]);
        bool const says_no_more = of.tasks[t].kind.name == pope::name && own.methods.front().second.rows.size() == 1;
        if (says_no_more) continue;   // than the comparison
        text.append("\n").append(own.text());
        markdown.append("\n").append(own.markdown());
        json += (json.empty() ? "\n  " : ",\n  ") + json_string(own.split) + ": " + own.json();
    }
    markdown = comparison.markdown() + markdown;
    write_whole(folder / "table.md", markdown);
    write_whole(folder / "table.csv", comparison.csv());
    write_whole(folder / "table.json", comparison.json());
    write_whole(folder / "scores.json", "{" + json + "\n}\n");
    return format == "markdown" ? markdown : formatted(comparison, format) + (format == "text" ? text : "");
}

}   // namespace evaluation
