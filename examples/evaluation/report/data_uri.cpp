// SPDX-License-Identifier: MIT
#include <evaluation/report/data_uri.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

#include <png.h>

namespace evaluation::report {

namespace {

using colour = std::array<double, 3>;
constexpr std::array<colour, 7> inferno = {
    {{0, 0, 4}, {40, 11, 84}, {101, 21, 110}, {159, 42, 99}, {212, 72, 66}, {245, 125, 21}, {250, 193, 39}}};

void paint(double share, std::uint8_t* rgba) {
    double const place = share * (inferno.size() - 1);
    auto const below = std::min(static_cast<std::size_t>(place), inferno.size() - 2);
    double const part = place - static_cast<double>(below);
    for (std::size_t c = 0; c < 3; ++c)
        rgba[c] = static_cast<std::uint8_t>(std::lround((1 - part) * inferno[below][c] + part * inferno[below + 1][c]));
    rgba[3] = static_cast<std::uint8_t>(std::lround(70 + 150 * share));
}

double mass(float value) { return std::isfinite(value) ? static_cast<double>(value) : 0; }

}   // namespace

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string result;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        auto const three = bytes.substr(i, 3);
        std::uint32_t word = 0;
        for (std::size_t b = 0; b < 3; ++b)
            word = word << 8 | (b < three.size() ? static_cast<unsigned char>(three[b]) : 0u);
        for (std::size_t d = 0; d < 4; ++d) result += d > three.size() ? '=' : digits[word >> (18 - 6 * d) & 63u];
    }
    return result;
}

std::string data_uri(std::string_view picture_file) {
    std::string kind;
    if (picture_file.starts_with("\x89PNG")) kind = "png";
    if (picture_file.starts_with("\xFF\xD8\xFF")) kind = "jpeg";
    return kind.empty() ? "" : "data:image/" + kind + ";base64," + base64(picture_file);
}

std::string heat_png(attention_map const& map) {
    if (map.values.empty() || map.values.size() != map.rows * map.columns) return "";
    double least = mass(map.values[0]);
    double most = least;
    for (float const v : map.values) {
        least = std::min(least, mass(v));
        most = std::max(most, mass(v));
    }
    std::vector<std::uint8_t> pixels(4 * map.values.size());
    for (std::size_t i = 0; i < map.values.size(); ++i)
        paint(most > least ? (mass(map.values[i]) - least) / (most - least) : 0, pixels.data() + 4 * i);
    png_image image;
    std::memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(map.columns);
    image.height = static_cast<png_uint_32>(map.rows);
    image.format = PNG_FORMAT_RGBA;
    png_alloc_size_t size = 0;
    if (png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr) == 0) return "";
    std::string file(size, '\0');
    if (png_image_write_to_memory(&image, file.data(), &size, 0, pixels.data(), 0, nullptr) == 0) return "";
    return file.substr(0, size);
}

}   // namespace evaluation::report
