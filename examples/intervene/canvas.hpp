// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <cairo.h>

#include <intervene/color_map.hpp>

namespace intervene {

/// A white picture to draw on, by cairo. Units are pixels; text is set in the system's sans serif.
class canvas {
  public:
    canvas(int width, int height);

    void fill(double x, double y, double width, double height, color const& with);
    void frame(double x, double y, double width, double height, color const& with);

    enum class anchor { left, middle, right };
    struct font {
        double size = 20.0;
        bool bold = false;
        color ink{0x33, 0x33, 0x33};
    };
    /// The font, smaller if the text would be wider than this.
    font fitted(std::string const& text, double width, font by);
    /// `x` is where the anchor of the text stands, `y` its base line.
    void write(std::string const& text, double x, double y, anchor at, font const& by);
    /// Upwards, centred on (x, y).
    void write_upwards(std::string const& text, double x, double y, font const& by);

    /// Draws rows of colours, `width` a row, as a rectangle; cells of a pixel or more keep their colours exactly.
    void paint(std::vector<color> const& rows, int width, double x, double y, double wide, double high);

    /// errors  unavailable if cairo failed in any call
    std::vector<std::byte> png() const;

  private:
    void use(color const& with);
    double set_font(std::string const& text, font const& by);   // gives the text's width

    struct destroy {
        void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
        void operator()(cairo_t* pen) const { cairo_destroy(pen); }
    };
    std::unique_ptr<cairo_surface_t, destroy> surface_;
    std::unique_ptr<cairo_t, destroy> pen_;
};

}   // namespace intervene
