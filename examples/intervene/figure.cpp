// SPDX-License-Identifier: MIT
#include <intervene/figure.hpp>

#include <algorithm>
#include <cmath>

#include <intervene/canvas.hpp>
#include <intervene/heat_map.hpp>

namespace intervene {
namespace {

// Pixels; a README shows the picture at half this size.
constexpr double side = 480;   // the longer side of a map, at most
constexpr double shortest = 48;
constexpr double margin = 24, axis = 40, gap = 14, dose_width = 96, heading = 64, name_height = 44, below = 34,
                 foot = 120;
constexpr double bar_height = 18;
constexpr color frame_color{0x99, 0x99, 0x99}, dose_color{0x7f, 0xa6, 0xc9}, dose_ground{0xf3, 0xf3, 0xf3},
    one_color{0xc0, 0x39, 0x2b};
constexpr canvas::font title_font{.size = 30, .bold = true}, name_font{.size = 28, .bold = true},
    number_font{.size = 24}, axis_font{.size = 24, .ink = {0x77, 0x77, 0x77}};

struct extent {
    double wide = 0, high = 0;
};

/// A map's size: cells of whole pixels where there are that many.
extent size_of(panel const& one) {
    double const columns = static_cast<double>(one.keys), rows = static_cast<double>(one.queries);
    double const cell = side / std::max(columns, rows);
    double const whole = cell >= 1.0 ? std::floor(cell) : cell;
    return {std::max(shortest, whole * columns), std::max(shortest, whole * rows)};
}

std::size_t columns_of(std::size_t panels) { return panels <= 3 ? panels : panels == 4 ? 2 : 3; }

void draw_map(canvas& on, panel const& one, scale const& by, extent const& size, double x, double y) {
    on.paint(cells(one, by), static_cast<int>(one.keys), x, y, size.wide, size.high);
    on.frame(x, y, size.wide, size.high, frame_color);
    on.write(one.title, x, y - 14, canvas::anchor::left, on.fitted(one.title, size.wide, name_font));
    on.write_upwards("query", x - 14, y + size.high / 2, axis_font);
    on.write("key", x + size.wide / 2, y + size.high + below - 6, canvas::anchor::middle, axis_font);
}

/// The colour bar, with the weights at its ends and at its middle.
void draw_scale(canvas& on, scale const& by, double wide, double x, double y) {
    constexpr int steps = 256;
    std::vector<color> bar;
    for (int i = 0; i < steps; ++i) { bar.push_back(magma(i / (steps - 1.0))); }
    on.paint(bar, steps, x, y, wide, bar_height);
    on.frame(x, y, wide, bar_height, frame_color);
    double const line = y + bar_height + 26;
    std::string const and_above = by.cut() ? "\xe2\x89\xa5 " : "";   // U+2265, greater or equal
    on.write(short_number(by.lowest), x, line, canvas::anchor::left, number_font);
    on.write(short_number(by.at(0.5)), x + wide / 2, line, canvas::anchor::middle, number_font);
    on.write(and_above + short_number(by.highest), x + wide, line, canvas::anchor::right, number_font);
}

/// A bar for each row, as long as its mass, and a line where the mass is 1.
void draw_doses(canvas& on, panel const& one, double high, double x, double y) {
    std::vector<double> const masses = doses(one);
    double largest = 1.25;
    for (double const mass : masses) { largest = std::isfinite(mass) ? std::max(largest, mass) : largest; }
    double const row = high / static_cast<double>(masses.size());
    on.fill(x, y, dose_width, high, dose_ground);
    for (std::size_t q = 0; q < masses.size(); ++q) {
        bool const finite = std::isfinite(masses[q]);
        double const share = finite ? std::clamp(masses[q] / largest, 0.0, 1.0) : 1.0;
        on.fill(x, y + static_cast<double>(q) * row, share * dose_width, row, finite ? dose_color : not_finite_color);
    }
    double const one_at = x + dose_width / largest;
    on.fill(one_at - 1, y, 2, high, one_color);
    on.frame(x, y, dose_width, high, frame_color);
    on.write("dose", x + dose_width / 2, y - 14, canvas::anchor::middle, axis_font);
    double const line = y + high + below - 6;
    on.write("0", x, line, canvas::anchor::left, number_font);
    if (largest < 2.0) {
        on.write("1", one_at, line, canvas::anchor::middle, number_font);
    } else {
        on.write(short_number(largest), x + dose_width, line, canvas::anchor::right, number_font);
    }
}

}   // namespace

figure draw(std::string const& title, std::vector<panel> const& panels) {
    extent const size = size_of(panels.front());
    double const wide = axis + size.wide + gap + dose_width + margin;
    double const high = name_height + size.high + foot;
    std::size_t const columns = columns_of(panels.size()), rows = (panels.size() + columns - 1) / columns;
    figure result{.width = static_cast<int>(std::lround(margin + wide * static_cast<double>(columns))),
                  .height = static_cast<int>(std::lround(heading + high * static_cast<double>(rows))),
                  .maps = {},
                  .png = {}};
    canvas on{result.width, result.height};
    on.write(title, margin, heading - 22, canvas::anchor::left, title_font);
    scale const first = scale_of(panels.front());
    for (std::size_t i = 0; i < panels.size(); ++i) {
        double const x = margin + axis + wide * static_cast<double>(i % columns);
        double const y = heading + name_height + high * static_cast<double>(i / columns);
        scale const by = shared_scale(first, scale_of(panels[i]));
        draw_map(on, panels[i], by, size, x, y);
        draw_scale(on, by, size.wide, x, y + size.high + below);
        draw_doses(on, panels[i], size.high, x + size.wide + gap, y);
        result.maps.push_back({.x = static_cast<int>(x),
                               .y = static_cast<int>(y),
                               .cell_x = size.wide / static_cast<double>(panels[i].keys),
                               .cell_y = size.high / static_cast<double>(panels[i].queries)});
    }
    result.png = on.png();
    return result;
}

}   // namespace intervene
