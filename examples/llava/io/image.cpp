// SPDX-License-Identifier: MIT
#include <llava/io/content.hpp>
#include <llava/io/decoders.hpp>
#include <llava/io/error.hpp>
#include <llava/io/image.hpp>
#include <llava/io/mapped_file.hpp>

#include <algorithm>

namespace llava::io {
namespace {

constexpr std::size_t largest_file = std::size_t{64} << 20;

}   // namespace

std::string refused_size(std::uint64_t width, std::uint64_t height) {
    std::string const found = std::to_string(width) + " x " + std::to_string(height) + " pixels";
    if (width == 0 || height == 0) return found;
    if (std::max(width, height) > longest_side) return found + " (at most " + std::to_string(longest_side) + " a side)";
    if (width * height > most_pixels) return found + " (at most " + std::to_string(most_pixels) + ")";
    if (std::max(width, height) > steepest_aspect * std::min(width, height))
        return found + " (at most 1:" + std::to_string(steepest_aspect) + ")";
    return {};
}

image decode_image(std::span<std::byte const> bytes, std::string const& name) {
    std::string_view const content = known_content(bytes);
    image out;
    std::string complaint;
    std::string_view field;
    if (content == "a PNG picture") {
        field = "PNG";
        complaint = decode_png(bytes, out);
    } else if (content == "a JPEG picture") {
        field = "JPEG";
        complaint = decode_jpeg(bytes, out);
    } else if (bytes.empty()) {
        complaint = "the file is empty";
    } else {
        complaint = "expected a JPEG or PNG picture, found " + std::string(content.empty() ? "neither" : content);
    }
    if (!complaint.empty()) throw error(exit_code::bad_data, name, field, complaint);
    return out;
}

image read_image(std::filesystem::path const& file) {
    mapped_file const mapped(file, largest_file);
    return decode_image(mapped.bytes(), mapped.name());
}

}   // namespace llava::io
