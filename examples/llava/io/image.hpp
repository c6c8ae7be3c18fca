// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace llava::io {

/// 8-bit RGB, row-major, three bytes a pixel.
struct image {
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgb;
};

/// Reads a JPEG or PNG, told apart by their first bytes, as Pillow's open().convert("RGB") does: palettes and gray are expanded,
/// alpha is dropped, EXIF orientation is not applied.
///
/// errors  no_input if the file cannot be read; bad_data if it is neither format, above 64 MiB, 89,478,485 pixels, 65,500 pixels a
///         side or 1:200, CMYK or arithmetic-coded, or if the decoder has any complaint: a cut picture decodes with a mere warning and
///         would change an answer
image read_image(std::filesystem::path const& file);

/// The same from memory; `name` is what errors call it.
image decode_image(std::span<std::byte const> bytes, std::string const& name);

}   // namespace llava::io
