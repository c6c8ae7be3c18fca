// SPDX-License-Identifier: MIT
#pragma once

#include <llava/io/image.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace llava::io {

constexpr std::uint64_t most_pixels = 89'478'485;   // Pillow's own limit against decompression bombs
constexpr std::uint64_t longest_side = 65'500;      // libjpeg's
constexpr std::uint64_t steepest_aspect = 200;      // beyond it nothing is left of the shorter side after resizing

/// Empty if a picture of this size may be decoded, else why not. Asked before any pixel is allocated.
std::string refused_size(std::uint64_t width, std::uint64_t height);

/// Decode into `out`; the text says what the library complained about, empty if nothing. Neither throws across the C library.
std::string decode_jpeg(std::span<std::byte const> bytes, image& out);
std::string decode_png(std::span<std::byte const> bytes, image& out);

}   // namespace llava::io
