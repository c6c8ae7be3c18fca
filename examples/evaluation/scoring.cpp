// SPDX-License-Identifier: MIT
#include <evaluation/scoring.hpp>

#include <algorithm>
#include <cstdio>

namespace evaluation {

scored score_answers(std::span<question const> questions, std::span<std::string const> answers, rule const& by) {
    scored result;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        bool const label = questions[i].label_is_yes;
        auto const verdict = by.read(answers[i], label);
        bool const read =
            verdict != rules::verdict::neither && rules::words::read(answers[i], label) != rules::verdict::neither;
        result.counts.add(label, verdict);
        result.unparseable += read ? 0 : 1;
        result.right.push_back(verdict == (label ? rules::verdict::yes : rules::verdict::no));
    }
    result.measures = measure(result.counts, by.neither_is_missed);
    return result;
}

std::optional<std::string> rule_disagreement(std::span<question const> questions,
                                             std::span<std::string const> answers) {
    constexpr double tenth_of_a_point = 0.001 + 1e-9;
    std::vector<double> accuracy;
    std::vector<double> f1;
    std::string text = "the scoring rules disagree (accuracy / F1):";
    rule_list::for_each([&]<class Rule>() {
        auto const found = score_answers(questions, answers, rule::of<Rule>()).measures;
        accuracy.push_back(found.accuracy);
        f1.push_back(found.f1);
        char numbers[64];
        std::snprintf(numbers, sizeof numbers, " %.1f / %.1f", 100 * found.accuracy, 100 * found.f1);
        text += (accuracy.size() > 1 ? ", " : " ") + std::string(Rule::name) + numbers;
    });
    auto const spread = [](std::vector<double> const& values) {
        auto const [low, high] = std::minmax_element(values.begin(), values.end());
        return *high - *low;
    };
    if (spread(accuracy) <= tenth_of_a_point && spread(f1) <= tenth_of_a_point) return std::nullopt;
    return text;
}

std::vector<labelled_margin> with_labels(std::span<question const> questions, std::span<double const> margins) {
    std::vector<labelled_margin> result;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        result.push_back({.margin = margins[i], .label_is_yes = questions[i].label_is_yes});
    }
    return result;
}

}   // namespace evaluation
