// SPDX-License-Identifier: MIT
#include <evaluation/report/svg.hpp>

#include <algorithm>
#include <cmath>

#include <evaluation/report/markup.hpp>

namespace evaluation::report {

namespace {

// Tenths of a pixel are finer than any screen.
std::string place(double value) { return fixed(value, 1); }

}   // namespace

double scale::clamped(double value) const {
    auto const [first, last] = std::minmax(from, to);
    return std::clamp(at(value), first, last);
}

std::vector<double> ticks(double low, double high, int count) {
    double const raw = (high - low) / count;
    double const power = std::pow(10.0, std::floor(std::log10(raw)));
    double const part = raw / power;
    double const step = power * (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10);
    std::vector<double> result;
    for (double i = std::ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; ++i) result.push_back(i * step);
    return result;
}

std::string line(point from, point to, std::string_view style) {
    return leaf("line", {{"x1", place(from.x)},
                         {"y1", place(from.y)},
                         {"x2", place(to.x)},
                         {"y2", place(to.y)},
                         {"class", std::string(style)}});
}

std::string rectangle(point corner, double width, double height, std::string_view style) {
    return leaf("rect", {{"x", place(corner.x)},
                         {"y", place(corner.y)},
                         {"width", place(width)},
                         {"height", place(height)},
                         {"class", std::string(style)}});
}

std::string circle(point center, double radius, std::string_view style) {
    return leaf(
        "circle",
        {{"cx", place(center.x)}, {"cy", place(center.y)}, {"r", place(radius)}, {"class", std::string(style)}});
}

std::string polyline(std::span<point const> through, std::string_view style) {
    std::string points;
    for (auto const& p : through) points.append(place(p.x)).append(",").append(place(p.y)).append(" ");
    return leaf("polyline", {{"points", points}, {"class", std::string(style)}});
}

std::string label(point at, std::string_view text, std::string_view style) {
    return element("text", {{"x", place(at.x)}, {"y", place(at.y)}, {"class", std::string(style)}}, escaped(text));
}

std::string picture(double width, double height, std::string_view name, std::string_view content) {
    return element("svg",
                   {{"xmlns", "http://www.w3.org/2000/svg"},
                    {"viewBox", "0 0 " + place(width) + " " + place(height)},
                    {"role", "img"},
                    {"aria-label", std::string(name)}},
                   content);
}

}   // namespace evaluation::report
