// SPDX-License-Identifier: MIT
#include <llava/io/preprocess.hpp>

#include <algorithm>
#include <cstddef>

namespace llava::io {
namespace {

// Half of the target's excess, rounded towards minus infinity as Python's // does.
int half_floor(int value) { return value >= 0 ? value / 2 : -((1 - value) / 2); }

image blank(int width, int height, std::array<std::uint8_t, 3> colour) {
    image out{.width = width,
              .height = height,
              .rgb = std::vector<std::uint8_t>(std::size_t{3} * static_cast<std::size_t>(width) *
                                               static_cast<std::size_t>(height))};
    for (std::size_t i = 0; i < out.rgb.size(); ++i) out.rgb[i] = colour[i % 3];
    return out;
}

// Copies the part of `source` that falls on `target` when its corner lies at (left, top).
void paste(image const& source, image& target, int left, int top) {
    int const from = std::max(0, -left);
    int const until = std::min(source.width, target.width - left);
    if (from >= until) return;
    for (int y = std::max(0, -top); y < std::min(source.height, target.height - top); ++y) {
        auto const* line = source.rgb.data() + std::ptrdiff_t{3} * (std::ptrdiff_t{y} * source.width + from);
        std::copy_n(line, std::ptrdiff_t{3} * (until - from),
                    target.rgb.data() + std::ptrdiff_t{3} * (std::ptrdiff_t{y + top} * target.width + from + left));
    }
}

// The shortest edge becomes `edge`; the other keeps the ratio, rounded down.
image resize_shortest(image const& source, int edge) {
    auto const other = [edge](int longer, int shorter) {
        return static_cast<int>(std::int64_t{edge} * longer / shorter);
    };
    if (source.width <= source.height) return resize_bicubic(source, edge, other(source.height, source.width));
    return resize_bicubic(source, other(source.width, source.height), edge);
}

// The mean colour in bytes, rounded down as LLaVA does.
std::array<std::uint8_t, 3> mean_colour(preprocessor const& settings) {
    std::array<std::uint8_t, 3> out{};
    for (std::size_t c = 0; c < 3; ++c)
        out[c] = static_cast<std::uint8_t>(std::clamp(static_cast<double>(settings.mean[c]) * 255.0, 0.0, 255.0));
    return out;
}

// A byte's value as the model sees it, with the processor's roundings: the product in double, then all in float.
std::array<float, 256> levels(preprocessor const& settings, std::size_t channel) {
    std::array<float, 256> out{};
    for (std::size_t byte = 0; byte < out.size(); ++byte) {
        auto value = static_cast<float>(byte);
        if (settings.do_rescale) value = static_cast<float>(static_cast<double>(byte) * settings.rescale_factor);
        if (settings.do_normalize) value = (value - settings.mean[channel]) / settings.std[channel];
        out[byte] = value;
    }
    return out;
}

}   // namespace

image pad_to_square(image const& source, std::array<std::uint8_t, 3> background) {
    int const side = std::max(source.width, source.height);
    image out = blank(side, side, background);
    paste(source, out, (side - source.width) / 2, (side - source.height) / 2);
    return out;
}

image center_crop(image const& source, int width, int height) {
    image out = blank(width, height, {0, 0, 0});
    paste(source, out, -half_floor(source.width - width), -half_floor(source.height - height));
    return out;
}

std::vector<float> pixel_values(image const& source, preprocessor const& settings) {
    image picture = settings.pad_to_square ? pad_to_square(source, mean_colour(settings)) : source;
    if (settings.do_resize) picture = resize_shortest(picture, settings.shortest_edge);
    if (settings.do_center_crop) picture = center_crop(picture, settings.crop_width, settings.crop_height);
    std::size_t const plane = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height);
    std::vector<float> out(3 * plane);   // (3, height, width)
    for (std::size_t c = 0; c < 3; ++c) {
        auto const level = levels(settings, c);
        for (std::size_t i = 0; i < plane; ++i) out[c * plane + i] = level[picture.rgb[3 * i + c]];
    }
    return out;
}

}   // namespace llava::io
