// SPDX-License-Identifier: MIT
#include <evaluation/report/charts.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <evaluation/report/svg.hpp>
#include <evaluation/report/markup.hpp>

namespace evaluation::report {

namespace {

constexpr double width = 340;
constexpr double half_height = 74;
constexpr std::size_t bins = 30;
constexpr scale plot{.low = 0, .high = bins, .from = 12, .to = width - 12};

struct histogram {
    std::array<double, bins> yes{};
    std::array<double, bins> no{};
};

// The middle 98 % of every method's margins on a split; what lies beyond is counted in the outer bins.
scale range_of(answered_split const& split) {
    std::vector<double> all;
    for (auto const& replies : split.replies) {
        for (auto const& r : replies) {
            if (std::isfinite(r.margin)) all.push_back(static_cast<double>(r.margin));
        }
    }
    std::sort(all.begin(), all.end());
    double const low = std::min(all[all.size() / 100], -1.0);
    double const high = std::max(all[all.size() - 1 - all.size() / 100], 1.0);
    return {.low = low, .high = high, .from = 0, .to = bins};
}

histogram count(answered_split const& split, std::size_t method, scale const& range) {
    histogram result;
    for (std::size_t i = 0; i < split.questions.size(); ++i) {
        double const place = range.clamped(static_cast<double>(split.replies[method][i].margin));
        auto const bin = std::min(static_cast<std::size_t>(place), bins - 1);
        (split.questions[i].label_is_yes ? result.yes : result.no)[bin] += 1;
    }
    return result;
}

double tallest(histogram const& h) {
    return std::max(*std::max_element(h.yes.begin(), h.yes.end()), *std::max_element(h.no.begin(), h.no.end()));
}

std::string steps(std::array<double, bins> const& counts, scale const& y, std::string const& style) {
    std::vector<point> outline = {{plot.at(0), y.at(0)}};
    for (std::size_t b = 0; b < bins; ++b) {
        outline.push_back({plot.at(static_cast<double>(b)), y.at(counts[b])});
        outline.push_back({plot.at(static_cast<double>(b + 1)), y.at(counts[b])});
    }
    outline.push_back({plot.at(bins), y.at(0)});
    return polyline(outline, style);
}

std::string axis(scale const& range) {
    std::string result;
    for (double const tick : ticks(range.low, range.high, 7)) {
        double const at = plot.at(range.at(tick));
        result += line({at, 2 * half_height}, {at, 2 * half_height + 4}, "axis");
        result += label({at, 2 * half_height + 16}, fixed(tick, range.high - range.low < 5 ? 1 : 0), "tick middle");
    }
    double const zero = plot.at(range.at(0));
    result += line({plot.from, half_height}, {plot.to, half_height}, "axis");
    result += line({zero, 0}, {zero, 2 * half_height}, "zero");
    return result + label({width / 2, 2 * half_height + 30}, "no  \xE2\x86\x90  margin in logits  \xE2\x86\x92  yes",
                          "tick middle");
}

bool all_known(std::vector<reply> const& replies) {
    return std::all_of(replies.begin(), replies.end(), [](reply const& r) { return std::isfinite(r.margin); });
}

}   // namespace

std::string margin_chart(content const& of, method_names names, std::size_t split, std::size_t method) {
    auto const& asked = of.splits[split];
    auto const& ours = asked.replies[method];
    auto const& theirs = asked.replies[0];
    auto const equal = [](reply const& a, reply const& b) { return a.margin == b.margin; };
    if (!all_known(ours) || !all_known(theirs)) return "";
    if (std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(), equal)) return "";
    auto const range = range_of(asked);
    auto const above = count(asked, method, range);
    auto const below = count(asked, 0, range);
    double const top = std::max(tallest(above), tallest(below));
    scale const up{.low = 0, .high = top, .from = half_height, .to = 6};
    scale const down{.low = 0, .high = top, .from = half_height, .to = 2 * half_height - 6};
    auto marks = steps(above.yes, up, "step yes") + steps(above.no, up, "step no");
    marks += steps(below.yes, down, "step yes") + steps(below.no, down, "step no");
    marks +=
        axis(range) + label({14, 13}, "method", "tick") + label({14, 2 * half_height - 6}, of.summary.baseline, "tick");
    return picture(width, 2 * half_height + 36, "margins of " + names[method] + " on " + asked.name, marks);
}

}   // namespace evaluation::report
