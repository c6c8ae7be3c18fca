// SPDX-License-Identifier: MIT
#include <evaluation/comparison.hpp>

#include <algorithm>
#include <cmath>

#include <evaluation/scoring.hpp>

namespace evaluation {

namespace {

std::vector<std::string> texts(std::span<reply const> replies) {
    std::vector<std::string> result;
    for (auto const& r : replies) result.push_back(r.text);
    return result;
}

std::vector<labelled_margin> margins(std::span<question const> questions, std::span<reply const> replies) {
    std::vector<double> values;
    for (auto const& r : replies) values.push_back(static_cast<double>(r.margin));
    return with_labels(questions, values);
}

std::optional<double> mean_seconds(std::span<reply const> replies) {
    double sum = 0;
    for (auto const& r : replies) sum += r.seconds;
    if (replies.empty() || !std::isfinite(sum)) return std::nullopt;
    return sum / static_cast<double>(replies.size());
}

std::optional<double> share_skipped(std::span<reply const> replies) {
    std::int64_t skipped = 0, all = 0;
    for (auto const& r : replies) {
        skipped += r.skipped;
        all += r.skipped + r.needed;
    }
    if (all == 0) return std::nullopt;
    return static_cast<double>(skipped) / static_cast<double>(all);
}

double share_all_skipped(std::span<reply const> replies) {
    auto const count = std::count_if(replies.begin(), replies.end(), [](reply const& r) { return r.needed == 0; });
    return static_cast<double>(count) / static_cast<double>(replies.size());
}

std::vector<paired_answer> pairs(std::span<question const> questions, scored const& ours, scored const& theirs) {
    std::vector<paired_answer> result;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        result.push_back({.cluster = questions[i].image, .difference = int{ours.right[i]} - int{theirs.right[i]}});
    }
    return result;
}

}   // namespace

std::string_view verdict_of(comparison const& row) {
    if (row.is_baseline) return "baseline";
    if (row.difference.high < 0) return "real loss";
    if (!(row.difference.low > 0)) return "not shown";
    bool const bias = row.bias_alone && *row.bias_alone >= row.measures.accuracy - 1e-9;
    return bias ? "bias gain" : "real gain";
}

comparison compare(std::span<question const> questions, std::span<reply const> answers, std::span<reply const> baseline,
                   rule const& by, std::uint64_t seed) {
    auto const ours_text = texts(answers);
    auto const ours = score_answers(questions, ours_text, by);
    auto const theirs = score_answers(questions, texts(baseline), by);
    auto const ours_margins = margins(questions, answers);
    auto const theirs_margins = margins(questions, baseline);
    comparison row;
    row.questions = questions.size();
    row.measures = ours.measures;
    row.unparseable = ours.unparseable;
    row.area_under_curve = area_under_curve(ours_margins);
    row.false_yes = false_yes_at_recall(ours_margins, theirs.measures.recall);
    row.bias_alone = accuracy_at_yes_count(theirs_margins, ours.counts.true_yes + ours.counts.false_yes);
    row.difference = paired_bootstrap(pairs(questions, ours, theirs), seed);
    row.seconds = mean_seconds(answers);
    auto const reference = mean_seconds(baseline);
    if (row.seconds && reference && *reference > 0) row.cost = *row.seconds / *reference;
    row.skipped = share_skipped(answers);
    if (row.skipped) row.all_skipped = share_all_skipped(answers);
    row.disagreement = rule_disagreement(questions, ours_text);
    return row;
}

}   // namespace evaluation
