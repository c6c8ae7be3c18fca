// SPDX-License-Identifier: MIT
#include <evaluation/sentence.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include <evaluation/controls.hpp>

namespace evaluation {

namespace {

std::string points(char const* format, double fraction) {
    char text[32];
    std::snprintf(text, sizeof text, format, 100 * fraction);
    return text;
}

std::string signed_interval(difference_interval const& of) {
    return points("%+.1f", of.mean) + " (" + points("%+.1f", of.low) + " to " + points("%+.1f", of.high) + ")";
}

// Of a gain or a loss whose sign the words say.
std::string size_of(difference_interval const& of) {
    auto const [low, high] = std::minmax({std::fabs(of.low), std::fabs(of.high)});
    return points("%.1f", std::fabs(of.mean)) + " points (" + points("%.1f", low) + " to " + points("%.1f", high) + ")";
}

}   // namespace

std::string p_value(double p) {
    if (p < 0.0001) return " < 0.0001";
    char text[32];
    std::snprintf(text, sizeof text, p < 0.001 ? " = %.4f" : p < 0.1 ? " = %.3f" : " = %.2f", p);
    return text;
}

std::string sentence_of(comparison const& row, std::string_view name, std::string_view beside) {
    auto const verdict = verdict_of(row);
    if (verdict == "baseline") return "";
    std::string const method(name), base(beside), p = ", McNemar p" + p_value(row.paired.p);
    if (verdict == "not shown")
        return "no difference between " + method + " and " + base + " is shown: " + signed_interval(row.difference) +
               p + ".";
    if (verdict == "real loss") return method + " is worse than " + base + " by " + size_of(row.difference) + p + ".";
    auto const start = method + " is better than " + base + " by " + size_of(row.difference) + p;
    if (verdict == "gain") return start + "; without margins a constant bias could not be ruled out.";
    if (!row.to_bias) return start + ": a real gain.";
    auto const bias = signed_interval(*row.to_bias);
    if (verdict == "real gain") return start + ", and better than a constant bias of its yes-rate: " + bias + ".";
    return start + ", but not shown to be better than a constant bias of its yes-rate: " + bias + ".";
}

std::string multiplicity(std::span<comparison const> rows) {
    std::vector<double> values;
    for (auto const& row : rows) {
        if (!row.is_baseline) values.push_back(row.paired.p);
    }
    if (values.empty()) return "";
    auto const adjusted = holm(values);
    auto const kept = std::count_if(adjusted.begin(), adjusted.end(), [](double p) { return p < 0.05; });
    char chance[32];
    std::snprintf(chance, sizeof chance, "%.1f", 0.05 * static_cast<double>(values.size()));
    return std::to_string(values.size()) + (values.size() == 1 ? " comparison stands" : " comparisons stand") +
           " here, each at 95 %: by chance alone about " + chance +
           " would leave out 0; with Holm's correction for all of them McNemar's test keeps " + std::to_string(kept) +
           ".";
}

std::vector<std::string> control_sentences(std::span<comparison const> rows, std::string_view beside) {
    std::map<std::string, std::string> over_splits;
    for (auto const& each : spreads(rows)) {
        auto& text = over_splits[each.method + " over " + std::to_string(each.seeds) + " seeds, accuracy: "];
        text += (text.empty() ? "" : ", ") + each.split + " " + points("%.1f", each.mean) + " (" +
                points("%.1f", each.low) + " to " + points("%.1f", each.high) + ")";
    }
    std::vector<std::string> result;
    for (auto const& [start, text] : over_splits) result.push_back(start + text + ".");
    for (auto const& row : rows) {
        if (!is_identity(row.method)) continue;
        bool const whole = row.same == static_cast<std::int64_t>(row.questions);
        result.push_back(row.split + ": identity branch equal to " + std::string(beside) + " on " +
                         std::to_string(row.same) + " of " + std::to_string(row.questions) +
                         (whole ? "." : ": NOT on all, contrast or cut is broken."));
    }
    return result;
}

}   // namespace evaluation
