// SPDX-License-Identifier: MIT
#include <evaluation/comparison.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

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

// Chances to be right, question by question.
using chances = std::vector<double>;

chances of(std::vector<bool> const& right) { return {right.begin(), right.end()}; }

// What stands or falls together: the questions about a picture. One without a picture stands alone.
std::vector<std::string> clusters_of(std::span<question const> questions) {
    std::vector<std::string> clusters;
    for (auto const& q : questions) clusters.push_back(q.image.empty() ? std::to_string(q.id) : q.image);
    return clusters;
}

// What the interval is of: ours minus theirs.
difference_interval interval(std::span<question const> questions, chances const& ours, chances const& theirs,
                             std::uint64_t seed) {
    auto const clusters = clusters_of(questions);
    std::vector<paired_answer> pairs;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        pairs.push_back({.cluster = clusters[i], .difference = ours[i] - theirs[i]});
    }
    return paired_bootstrap(pairs, seed);
}

std::optional<difference_interval> area(std::span<question const> questions, std::span<labelled_margin const> margins,
                                        std::uint64_t seed) {
    auto const clusters = clusters_of(questions);
    std::vector<clustered_margin> each;
    for (std::size_t i = 0; i < questions.size(); ++i) each.push_back({.cluster = clusters[i], .of = margins[i]});
    return area_bootstrap(each, seed);
}

discordance discordant(std::vector<bool> const& ours, std::vector<bool> const& theirs) {
    std::int64_t only_ours = 0, only_theirs = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        only_ours += ours[i] && !theirs[i] ? 1 : 0;
        only_theirs += !ours[i] && theirs[i] ? 1 : 0;
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

void add_costs(comparison& row, std::span<reply const> answers, std::span<reply const> baseline) {
    row.seconds = mean_seconds(answers);
    auto const reference = mean_seconds(baseline);
    if (row.seconds && reference && *reference > 0) row.cost = *row.seconds / *reference;
    row.skipped = share_skipped(answers);
    if (row.skipped) row.all_skipped = share_all_skipped(answers);
}

}   // namespace

std::string_view verdict_of(comparison const& row) {
    if (row.is_baseline) return "baseline";
    if (row.difference.high < 0) return "real loss";
    if (!(row.difference.low > 0)) return "not shown";
    if (!row.to_bias) return row.is_yes_no ? "gain" : "real gain";
    return row.to_bias->low > 0 ? "real gain" : "bias gain";
}

comparison compare_right(std::span<question const> questions, judged_replies const& ours, judged_replies const& theirs,
                         std::uint64_t seed) {
    comparison row;
    row.questions = questions.size();
    row.accuracy = interval(questions, of(ours.right), chances(questions.size()), seed);
    row.measures.accuracy = row.accuracy.mean;
    row.difference = interval(questions, of(ours.right), of(theirs.right), seed);
    row.paired = discordant(ours.right, theirs.right);
    for (std::size_t i = 0; i < questions.size(); ++i) {
        auto const& text = ours.replies[i].text;
        row.degenerate.add(degeneration_of(text, std::numeric_limits<std::size_t>::max()), false);
        row.same += text == theirs.replies[i].text ? 1 : 0;
    }
    add_costs(row, ours.replies, theirs.replies);
    return row;
}

comparison compare(std::span<question const> questions, std::span<reply const> answers, std::span<reply const> baseline,
                   rule const& by, std::uint64_t seed) {
    auto const ours_text = texts(answers);
    auto const ours = score_answers(questions, ours_text, by);
    auto const theirs = score_answers(questions, texts(baseline), by);
    auto const ours_margins = margins(questions, answers);
    auto row = compare_right(questions, {answers, ours.right}, {baseline, theirs.right}, seed);
    row.is_yes_no = true;
    row.rule = by.name;
    row.measures = ours.measures;
    row.degenerate = degenerate(questions, ours_text, by);
    row.area_under_curve = area(questions, ours_margins, seed);
    row.false_yes = false_yes_at_recall(ours_margins, theirs.measures.recall);
    auto const affirmed = ours.counts.true_yes + ours.counts.false_yes;
    if (auto const bias = bias_control(margins(questions, baseline), affirmed)) {
        row.to_bias = interval(questions, of(ours.right), *bias, seed);
    }
    row.disagreement = rule_disagreement(questions, ours_text);
    return row;
}

}   // namespace evaluation
