// SPDX-License-Identifier: MIT
#include <evaluation/report/charts.hpp>

#include <algorithm>

#include <evaluation/report/markup.hpp>
#include <evaluation/report/svg.hpp>

namespace evaluation::report {

namespace {

constexpr double width = 340;
constexpr double row_height = 40;
constexpr double axis_height = 34;

// Points of accuracy that hold every interval of every split, and 0.
scale common_scale(content const& of) {
    scale result{.low = -0.01, .high = 0.01, .from = 12, .to = width - 12};
    auto const include = [&](difference_interval const& interval) {
        result.low = std::min(result.low, interval.low);
        result.high = std::max(result.high, interval.high);
    };
    for (auto const& row : of.summary.rows) {
        if (row.is_baseline) continue;
        include(row.difference);
        if (row.to_bias) include(*row.to_bias);
    }
    double const margin = 0.03 * (result.high - result.low);
    result.low -= margin;
    result.high += margin;
    return result;
}

std::string bar(difference_interval const& interval, double y, scale const& x, std::string const& style) {
    auto const range = line({x.at(interval.low), y}, {x.at(interval.high), y}, "range " + style);
    return range + circle({x.at(interval.mean), y}, style.ends_with("thin") ? 2.5 : 4.5, "dot " + style);
}

std::string row_of(comparison const& row, std::string const& name, double top, scale const& x) {
    std::string const style(verdict_style(row));
    auto result = label({12, top + 13}, clipped(name, 46), "name");
    result += label({width - 12, top + 13}, verdict_mark(row), "verdict mark end " + style);
    result += bar(row.difference, top + 23, x, style);
    if (row.to_bias) result += bar(*row.to_bias, top + 32, x, "thin");
    return result;
}

std::string axis(scale const& x, double height) {
    std::string result;
    for (double const tick : ticks(100 * x.low, 100 * x.high, 6)) {
        double const at = x.at(tick / 100);
        result += line({at, 4}, {at, height}, tick > -1e-9 && tick < 1e-9 ? "zero" : "grid");
        result += label({at, height + 14}, signed_fixed(tick, 0), "tick middle");
    }
    return result + label({width / 2, height + 29}, "points of accuracy", "tick middle");
}

}   // namespace

std::string_view verdict_style(comparison const& row) {
    auto const verdict = verdict_of(row);
    if (verdict == "real gain") return "gain";
    if (verdict == "bias gain" || verdict == "gain") return "bias";
    return verdict == "real loss" ? "loss" : "none";
}

std::string_view verdict_mark(comparison const& row) {
    auto const style = verdict_style(row);
    if (style == "gain") return "\xE2\x96\xB2";                 // filled triangle, up
    if (style == "loss") return "\xE2\x96\xBC";                 // filled triangle, down
    return style == "bias" ? "\xE2\x96\xB3" : "\xE2\x97\x8B";   // empty triangle, empty circle
}

std::string clipped(std::string_view name, std::size_t longest) {
    if (name.size() <= longest) return std::string(name);
    return std::string(name.substr(0, longest - 3)) + "...";
}

std::string interval_chart(content const& of, method_names names, std::size_t split) {
    auto const x = common_scale(of);
    double const height = row_height * static_cast<double>(of.methods.size() - 1) + 4;
    std::string marks = axis(x, height);
    double top = 0;
    for (std::size_t m = 0; m < of.methods.size(); ++m) {
        auto const& row = of.row(split, m);
        if (row.is_baseline) continue;
        marks += row_of(row, names[m], top, x);
        top += row_height;
    }
    return picture(width, height + axis_height,
                   "differences to " + of.summary.baseline + " on " + of.splits[split].name, marks);
}

}   // namespace evaluation::report
