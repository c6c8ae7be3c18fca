// SPDX-License-Identifier: MIT
#include <intervene/canvas.hpp>

#include <cstdint>
#include <cstring>

#include <llava/io/error.hpp>

namespace intervene {
namespace {

[[noreturn]] void refuse(cairo_status_t status) {
    throw llava::io::error{llava::io::exit_code::unavailable, "", "picture", cairo_status_to_string(status)};
}

/// Colours as cairo keeps them: 32 bits a pixel, the upper eight unused.
std::vector<std::uint32_t> packed(std::vector<color> const& rows) {
    std::vector<std::uint32_t> pixels;
    pixels.reserve(rows.size());
    for (color const& each : rows) {
        pixels.push_back(std::uint32_t{each[0]} << 16 | std::uint32_t{each[1]} << 8 | each[2]);
    }
    return pixels;
}

cairo_status_t append(void* to, unsigned char const* data, unsigned int size) {
    auto const* const from = reinterpret_cast<std::byte const*>(data);
    try {
        auto& png = *static_cast<std::vector<std::byte>*>(to);
        png.insert(png.end(), from, from + size);
        return CAIRO_STATUS_SUCCESS;
    } catch (...) { return CAIRO_STATUS_NO_MEMORY; }   // nothing may be thrown through cairo
}

}   // namespace

canvas::canvas(int width, int height)
    : surface_{cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)}, pen_{cairo_create(surface_.get())} {
    fill(0, 0, width, height, {0xff, 0xff, 0xff});
}

void canvas::use(color const& with) {
    cairo_set_source_rgb(pen_.get(), with[0] / 255.0, with[1] / 255.0, with[2] / 255.0);
}

void canvas::fill(double x, double y, double width, double height, color const& with) {
    use(with);
    cairo_rectangle(pen_.get(), x, y, width, height);
    cairo_fill(pen_.get());
}

void canvas::frame(double x, double y, double width, double height, color const& with) {
    use(with);
    cairo_set_line_width(pen_.get(), 1.0);
    cairo_rectangle(pen_.get(), x - 0.5, y - 0.5, width + 1.0, height + 1.0);
    cairo_stroke(pen_.get());
}

double canvas::set_font(std::string const& text, font const& by) {
    cairo_select_font_face(pen_.get(), "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           by.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(pen_.get(), by.size);
    use(by.ink);
    cairo_text_extents_t extents{};
    cairo_text_extents(pen_.get(), text.c_str(), &extents);
    return extents.x_advance;
}

canvas::font canvas::fitted(std::string const& text, double width, font by) {
    double const found = set_font(text, by);
    if (found > width) { by.size *= width / found; }
    return by;
}

void canvas::write(std::string const& text, double x, double y, anchor at, font const& by) {
    double const width = set_font(text, by);
    double const shift = at == anchor::left ? 0.0 : at == anchor::middle ? width / 2 : width;
    cairo_move_to(pen_.get(), x - shift, y);
    cairo_show_text(pen_.get(), text.c_str());
}

void canvas::write_upwards(std::string const& text, double x, double y, font const& by) {
    double const width = set_font(text, by);
    cairo_save(pen_.get());
    cairo_move_to(pen_.get(), x, y + width / 2);
    cairo_rotate(pen_.get(), -1.5707963267948966);   // a quarter turn
    cairo_show_text(pen_.get(), text.c_str());
    cairo_restore(pen_.get());
}

void canvas::paint(std::vector<color> const& rows, int width, double x, double y, double wide, double high) {
    std::vector<std::uint32_t> pixels = packed(rows);
    int const height = static_cast<int>(rows.size()) / width;
    std::unique_ptr<cairo_surface_t, destroy> const picture{cairo_image_surface_create_for_data(
        reinterpret_cast<unsigned char*>(pixels.data()), CAIRO_FORMAT_RGB24, width, height, width * 4)};
    cairo_save(pen_.get());
    cairo_translate(pen_.get(), x, y);
    cairo_scale(pen_.get(), wide / width, high / height);
    cairo_set_source_surface(pen_.get(), picture.get(), 0, 0);
    bool const shrinks = wide < width || high < height;   // then a pixel is the mean of its cells
    cairo_pattern_set_filter(cairo_get_source(pen_.get()), shrinks ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST);
    cairo_pattern_set_extend(cairo_get_source(pen_.get()), CAIRO_EXTEND_PAD);   // no mixture with what is outside
    cairo_rectangle(pen_.get(), 0, 0, width, height);
    cairo_fill(pen_.get());
    cairo_restore(pen_.get());
}

std::vector<std::byte> canvas::png() const {
    std::vector<std::byte> bytes;
    if (cairo_status_t const status = cairo_status(pen_.get()); status != CAIRO_STATUS_SUCCESS) { refuse(status); }
    cairo_surface_flush(surface_.get());
    cairo_status_t const status = cairo_surface_write_to_png_stream(surface_.get(), append, &bytes);
    if (status != CAIRO_STATUS_SUCCESS) { refuse(status); }
    return bytes;
}

}   // namespace intervene
