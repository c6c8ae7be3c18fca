// SPDX-License-Identifier: MIT
#include <llava/io/content.hpp>

#include <array>

namespace llava::io {
namespace {

struct signature {
    std::string_view start, meaning;
};

using namespace std::string_view_literals;

constexpr std::array signatures{
    signature{"version https://git-lfs"sv, "a Git LFS pointer, not the file it stands for"sv},
    signature{"<!DOCTYPE"sv, "an HTML page"sv},
    signature{"<!doctype"sv, "an HTML page"sv},
    signature{"<html"sv, "an HTML page"sv},
    signature{"<?xml"sv, "an XML or SVG file"sv},
    signature{"<svg"sv, "an XML or SVG file"sv},
    signature{"PK\x03\x04"sv, "a ZIP archive, as PyTorch pickles are; those are never read"sv},
    signature{"\x80\x02"sv, "a Python pickle; those are never read"sv},
    signature{"GGUF"sv, "a GGUF file"sv},
    signature{"\x89PNG"sv, "a PNG picture"sv},
    signature{"\xff\xd8\xff"sv, "a JPEG picture"sv},
    signature{"GIF8"sv, "a GIF picture"sv},
    signature{"RIFF"sv, "a RIFF file (WebP, WAV)"sv},
    signature{"BM"sv, "a BMP picture"sv},
    signature{"\x1f\x8b"sv, "a gzip file"sv},
};

}   // namespace

std::string_view known_content(std::span<std::byte const> bytes) noexcept {
    for (signature const& known : signatures) {
        if (bytes.size() < known.start.size()) continue;
        bool same = true;
        for (std::size_t i = 0; i < known.start.size(); ++i)
            same = same && bytes[i] == static_cast<std::byte>(known.start[i]);
        if (same) return known.meaning;
    }
    return {};
}

}   // namespace llava::io
