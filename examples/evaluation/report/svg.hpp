// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evaluation::report {

/// A straight map from data to places in a picture.
///
/// at(value) = from + (value - low) (to - from) / (high - low)
///
/// shape   low < high
/// units   data, and SVG user units
/// errors  none
/// source  none
struct scale {
    double low = 0;
    double high = 1;
    double from = 0;
    double to = 1;

    double at(double value) const { return from + (value - low) * (to - from) / (high - low); }
    double clamped(double value) const;
};

/// Round numbers that divide a range: multiples of 1, 2 or 5 times a power of ten.
///
/// shape   about `count` of them, all within [low, high]
/// units   data
/// errors  none
/// source  Heckbert, Nice numbers for graph labels, Graphics Gems 1990
std::vector<double> ticks(double low, double high, int count);

/// Marks of a chart; `style` is a class of style.hpp.
///
/// shape   one SVG element each
/// units   SVG user units
/// errors  none
/// source  SVG 1.1
struct point {
    double x = 0;
    double y = 0;
};
std::string line(point from, point to, std::string_view style);
std::string rectangle(point corner, double width, double height, std::string_view style);
std::string circle(point center, double radius, std::string_view style);
std::string polyline(std::span<point const> through, std::string_view style);
std::string label(point at, std::string_view text, std::string_view style);   // text is escaped here

/// A whole picture with a name for those who hear it; as wide as its place allows.
///
/// shape   width x height user units, drawn at one user unit a pixel where there is room
/// units   SVG user units
/// errors  none
/// source  SVG 1.1, WAI-ARIA role img
std::string picture(double width, double height, std::string_view name, std::string_view content);

}   // namespace evaluation::report
