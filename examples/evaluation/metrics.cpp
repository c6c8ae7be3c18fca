// SPDX-License-Identifier: MIT
#include <evaluation/metrics.hpp>

#include <algorithm>
#include <cmath>

namespace evaluation {

namespace {

// Margins of equal value, largest first.
struct tie {
    double margin = 0;
    double yes = 0;
    double no = 0;
};

std::optional<std::vector<tie>> descending(std::span<labelled_margin const> margins) {
    std::vector<labelled_margin> sorted(margins.begin(), margins.end());
    for (auto const& m : sorted) {
        if (!std::isfinite(m.margin)) return std::nullopt;
    }
    std::sort(sorted.begin(), sorted.end(), [](auto const& a, auto const& b) { return a.margin > b.margin; });
    std::vector<tie> ties;
    for (auto const& m : sorted) {
        // Sorted descending: not larger is equal.
        if (ties.empty() || ties.back().margin > m.margin) ties.push_back({.margin = m.margin, .yes = 0, .no = 0});
        (m.label_is_yes ? ties.back().yes : ties.back().no) += 1;
    }
    return ties;
}

struct totals {
    double yes = 0;
    double no = 0;
};

totals count(std::vector<tie> const& ties) {
    totals result;
    for (auto const& t : ties) {
        result.yes += t.yes;
        result.no += t.no;
    }
    return result;
}

}   // namespace

void confusion::add(bool label_is_yes, rules::verdict verdict) {
    switch (verdict) {
        case rules::verdict::yes: ++(label_is_yes ? true_yes : false_yes); return;
        case rules::verdict::no: ++(label_is_yes ? false_no : true_no); return;
        case rules::verdict::neither: ++(label_is_yes ? neither_yes : neither_no); return;
    }
}

scores measure(confusion const& counts, bool neither_is_missed) {
    scores result;
    auto const ratio = [&](double numerator, double denominator, char const* name, char const* why) {
        if (denominator > 0) return numerator / denominator;
        result.notes.push_back(std::string(name) + " is 0/0, printed as 0: " + why);
        return 0.0;
    };
    auto const number = [](std::int64_t n) { return static_cast<double>(n); };
    double const yes = number(counts.true_yes);
    double const affirmed = number(counts.true_yes + counts.false_yes);
    double const asked = yes + number(counts.false_no + (neither_is_missed ? counts.neither_yes : 0));
    double const total = number(counts.total());
    result.accuracy = ratio(yes + number(counts.true_no), total, "accuracy", "no answers");
    result.precision = ratio(yes, affirmed, "precision", "no answer is yes");
    result.recall = ratio(yes, asked, "recall", "no question with label yes was read");
    double const sum = result.precision + result.recall;
    result.f1 = ratio(2 * result.precision * result.recall, sum, "F1", "precision and recall are 0");
    result.yes_rate = ratio(affirmed, total, "yes-rate", "no answers");
    return result;
}

std::optional<double> area_under_curve(std::span<labelled_margin const> margins) {
    auto const ties = descending(margins);
    if (!ties) return std::nullopt;
    auto const all = count(*ties);
    if (!(all.yes > 0 && all.no > 0)) return std::nullopt;
    double below = all.no;
    double won = 0;
    for (auto const& t : *ties) {
        below -= t.no;
        won += t.yes * (below + 0.5 * t.no);
    }
    return won / (all.yes * all.no);
}

std::optional<double> false_yes_at_recall(std::span<labelled_margin const> margins, double recall) {
    auto const ties = descending(margins);
    if (!ties) return std::nullopt;
    auto const all = count(*ties);
    if (!(all.yes > 0 && all.no > 0)) return std::nullopt;
    // Half a question of slack: recall * P is a whole number but for rounding.
    double wanted = recall * all.yes - 1e-6;
    double affirmed = 0;
    for (auto const& t : *ties) {
        if (wanted <= 0) break;
        double const part = t.yes > 0 ? std::min(1.0, wanted / t.yes) : 1.0;
        affirmed += part * t.no;
        wanted -= t.yes;
    }
    return affirmed / all.no;
}

}   // namespace evaluation
