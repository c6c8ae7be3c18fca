// SPDX-License-Identifier: MIT
#include <evaluation/comparison.hpp>

#include <algorithm>
#include <cmath>

#include <evaluation/bias_control.hpp>
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

// What the interval is of: ours minus theirs, question by question; each a chance to be right.
difference_interval interval(std::span<question const> questions, std::vector<double> const& ours,
                             std::vector<double> const& theirs, std::uint64_t seed) {
    std::vector<paired_answer> pairs;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        pairs.push_back({.cluster = questions[i].image, .difference = ours[i] - theirs[i]});
    }
    return paired_bootstrap(pairs, seed);
}

std::vector<double> chances(scored const& answers) { return {answers.right.begin(), answers.right.end()}; }

discordance discordant(scored const& ours, scored const& theirs) {
    std::int64_t only_ours = 0, only_theirs = 0;
    for (std::size_t i = 0; i < ours.right.size(); ++i) {
        only_ours += ours.right[i] && !theirs.right[i] ? 1 : 0;
        only_theirs += !ours.right[i] && theirs.right[i] ? 1 : 0;
    }
    return mcnemar(only_ours, only_theirs);
}

bool is_read(std::string const& answer, bool label_is_yes, rule const& by) {
    return by.read(answer, label_is_yes) != rules::verdict::neither &&
           rules::words::read(answer, label_is_yes) != rules::verdict::neither;
}

degenerate_counts degenerate(std::span<question const> questions, std::span<std::string const> answers,
                             rule const& by) {
    constexpr std::size_t longest = 20;   // words, where one was asked for
    degenerate_counts counts;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        counts.add(degeneration_of(answers[i], longest), !is_read(answers[i], questions[i].label_is_yes, by));
    }
    return counts;
}

}   // namespace

std::string_view verdict_of(comparison const& row) {
    if (row.is_baseline) return "baseline";
    if (row.difference.high < 0) return "real loss";
    if (!(row.difference.low > 0)) return "not shown";
    if (!row.to_bias) return "gain";
    return row.to_bias->low > 0 ? "real gain" : "bias gain";
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
    row.accuracy = interval(questions, chances(ours), std::vector<double>(questions.size()), seed);
    row.degenerate = degenerate(questions, ours_text, by);
    row.area_under_curve = area_under_curve(ours_margins);
    row.false_yes = false_yes_at_recall(ours_margins, theirs.measures.recall);
    row.difference = interval(questions, chances(ours), chances(theirs), seed);
    if (auto const bias = bias_control(theirs_margins, ours.counts.true_yes + ours.counts.false_yes)) {
        row.to_bias = interval(questions, chances(ours), *bias, seed);
    }
    row.paired = discordant(ours, theirs);
    for (std::size_t i = 0; i < answers.size(); ++i) row.same += answers[i].text == baseline[i].text ? 1 : 0;
    row.seconds = mean_seconds(answers);
    auto const reference = mean_seconds(baseline);
    if (row.seconds && reference && *reference > 0) row.cost = *row.seconds / *reference;
    row.skipped = share_skipped(answers);
    if (row.skipped) row.all_skipped = share_all_skipped(answers);
    row.disagreement = rule_disagreement(questions, ours_text);
    return row;
}

}   // namespace evaluation
