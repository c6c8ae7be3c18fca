// SPDX-License-Identifier: MIT
#include <evaluation/summary.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <evaluation/comparison.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::error;
using llava::io::exit_code;

constexpr auto table_rule = rule::of<rules::words>();
constexpr std::uint64_t bootstrap_seed = 0;

struct table_form {
    std::string_view name;
    std::string (table::*text)() const;
};
constexpr std::array forms = {table_form{"text", &table::text}, table_form{"markdown", &table::markdown},
                              table_form{"csv", &table::csv}, table_form{"json", &table::json}};

answered_split const& baseline_of(std::vector<answered_split> const& answers, std::string const& split) {
    auto const found = std::find_if(answers.begin(), answers.end(), [&](answered_split const& each) {
        return each.is_baseline && each.split->split == split;
    });
    if (found != answers.end()) return *found;
    throw error(exit_code::bad_data, split, "", "was not answered by " + std::string(baseline) + ", the baseline");
}

void add_row(table& to, answered_split const& ours, answered_split const& theirs) {
    auto const count = std::min(ours.replies.size(), theirs.replies.size());
    auto const first = [&](answered_split const& from) { return std::span(from.replies).first(count); };
    auto row = compare(ours.split->questions.first(count), first(ours), first(theirs), table_rule, bootstrap_seed);
    row.split = ours.split->split;
    row.method = ours.method;
    row.is_baseline = &ours == &theirs;
    auto const note = [&](std::string const& text) { to.notes.push_back(row.split + ", " + row.method + ": " + text); };
    if (row.disagreement) note(*row.disagreement);
    for (auto const& text : row.measures.notes) note(text);
    to.rows.push_back(std::move(row));
}

}   // namespace

std::vector<reply> replies_of(shards const& answers, std::size_t wanted) {
    std::vector<reply> result;
    for (std::size_t i = 0; i < wanted; ++i) result.push_back(answers.at(i).answer);
    return result;
}

table summarize(std::vector<answered_split> const& answers, table about) {
    about.rule = table_rule.name;
    about.baseline = baseline;
    for (auto const& each : answers) add_row(about, each, baseline_of(answers, each.split->split));
    return about;
}

void check_format(std::string_view format) { formatted({}, format); }

std::string formatted(table const& t, std::string_view format) {
    std::string names;
    for (auto const& form : forms) {
        if (form.name == format) return (t.*form.text)();
        names += std::string(names.empty() ? "" : ", ") + std::string(form.name);
    }
    throw error(exit_code::usage, "", "--format", llava::io::quote(format) + " is unknown (choices: " + names + ")");
}

}   // namespace evaluation
