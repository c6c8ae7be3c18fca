// SPDX-License-Identifier: MIT
#include <evaluation/summary.hpp>

#include <algorithm>
#include <cstdlib>
#include <set>

#include <evaluation/comparison.hpp>
#include <evaluation/scoring.hpp>

namespace evaluation {

namespace {

std::vector<std::string> texts_of(std::vector<reply> const& replies) {
    std::vector<std::string> texts;
    for (auto const& each : replies) texts.push_back(each.text);
    return texts;
}

// A percentile bootstrap of few clusters promises too much.
std::string warning_of(answered_split const& split) {
    constexpr std::size_t enough = 30;
    std::set<std::string> images;
    for (auto const& q : split.questions) images.insert(q.image.empty() ? std::to_string(q.id) : q.image);
    if (images.size() >= enough) return "";
    return split.name + ": of " + std::to_string(images.size()) +
           " images only, so the intervals of the bootstrap are too narrow";
}

comparison compared(answered_split const& split, std::size_t method, rule const& by, std::uint64_t seed) {
    auto const& ours = split.replies[method];
    auto const& theirs = split.replies[0];
    if (!split.right) return compare(split.questions, ours, theirs, by, seed);
    return compare_right(split.questions, {ours, right_answers(split, method, by)},
                         {theirs, right_answers(split, 0, by)}, seed);
}

}   // namespace

std::function<std::vector<bool>(std::span<std::string const>)> scorer_of(task const& of) {
    bool const is_yes_no = std::all_of(of.questions.begin(), of.questions.end(),
                                       [](question const& each) { return each.kind == truth::yes_or_no; });
    if (is_yes_no) return {};
    return [&of](std::span<std::string const> texts) {
        return of.contents->score(texts, find_rule(*of.contents, "")).right;
    };
}

std::string own_rule_of(task const& of) { return std::string(find_rule(*of.contents, "")); }

std::vector<bool> right_answers(answered_split const& split, std::size_t method, rule const& by) {
    auto const texts = texts_of(split.replies[method]);
    return split.right ? split.right(texts) : score_answers(split.questions, texts, by).right;
}

void summarize(table& into, std::span<std::string const> methods, std::span<answered_split const> splits) {
    auto const by = find_rule(into.rule);
    auto const seed = std::strtoull(into.seed.c_str(), nullptr, 10);
    for (auto const& split : splits) {
        if (split.right)
            into.notes.push_back(split.name + ": accuracy is the share that the benchmark's own scorer calls right");
        if (auto const warning = warning_of(split); !warning.empty()) into.notes.push_back(warning);
        for (std::size_t m = 0; m < methods.size(); ++m) {
            auto row = compared(split, m, by, seed);
            row.split = split.name;
            if (split.right) row.rule = split.own_rule;
            row.method = methods[m];
            row.is_baseline = m == 0;
            auto const note = [&](std::string const& text) {
                into.notes.push_back(row.split + ", " + row.method + ": " + text);
            };
            if (row.disagreement) note(*row.disagreement);
            for (auto const& text : row.measures.notes) note(text);
            into.rows.push_back(std::move(row));
        }
    }
}

}   // namespace evaluation
