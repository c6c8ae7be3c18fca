// SPDX-License-Identifier: MIT
#include <evaluation/report/charts.hpp>

#include <algorithm>

#include <evaluation/report/markup.hpp>
#include <evaluation/report/svg.hpp>

namespace evaluation::report {

namespace {

constexpr double width = 340;
constexpr double height = 250;

struct scales {
    scale x{.low = 0.9, .high = 1.1, .from = 40, .to = width - 14};
    scale y{.low = -0.01, .high = 0.01, .from = height, .to = 8};
};

// Both hold every method of every split, so that the pictures can be compared.
scales common_scales(content const& of) {
    scales result;
    for (auto const& row : of.summary.rows) {
        result.y.low = std::min(result.y.low, row.difference.low);
        result.y.high = std::max(result.y.high, row.difference.high);
        if (!row.cost) continue;
        result.x.low = std::min(result.x.low, *row.cost);
        result.x.high = std::max(result.x.high, *row.cost);
    }
    for (auto* each : {&result.x, &result.y}) {
        double const margin = 0.05 * (each->high - each->low);
        each->low -= margin;
        each->high += margin;
    }
    return result;
}

std::string axes(scales const& s) {
    std::string result;
    for (double const tick : ticks(s.x.low, s.x.high, 5)) {
        double const at = s.x.at(tick);
        result += line({at, s.y.to}, {at, s.y.from}, "grid");
        result += label({at, height + 15}, fixed(tick, s.x.high - s.x.low < 3 ? 1 : 0), "tick middle");
    }
    for (double const tick : ticks(100 * s.y.low, 100 * s.y.high, 6)) {
        double const at = s.y.at(tick / 100);
        result += line({s.x.from, at}, {s.x.to, at}, tick > -1e-9 && tick < 1e-9 ? "zero" : "grid");
        result += label({s.x.from - 5, at + 4}, signed_fixed(tick, 0), "tick end");
    }
    return result;
}

}   // namespace

std::string cost_chart(content const& of, method_names names, std::size_t split) {
    auto const s = common_scales(of);
    std::string ranges;
    std::string dots;
    for (std::size_t m = 0; m < of.methods.size(); ++m) {
        auto const& row = of.row(split, m);
        if (!row.cost) continue;
        double const x = s.x.at(*row.cost);
        std::string const style(verdict_style(row));
        ranges += line({x, s.y.at(row.difference.low)}, {x, s.y.at(row.difference.high)}, "range " + style);
        double const y = s.y.at(row.difference.mean);
        auto const mark =
            circle({x, y}, 8, "badge " + style) + label({x, y + 3.5}, std::to_string(m + 1), "number middle");
        dots += element("g", {}, element("title", {}, escaped(names[m])) + mark);
    }
    if (dots.empty()) return "";
    auto const title =
        label({width / 2, height + 31}, "processor time an answer, " + of.summary.baseline + " = 1", "tick middle");
    return picture(width, height + 38, "cost and gain on " + of.splits[split].name, axes(s) + ranges + dots + title);
}

}   // namespace evaluation::report
