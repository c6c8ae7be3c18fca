// SPDX-License-Identifier: MIT
// JPEG and PNG, told apart by their first bytes.
#include <llava/io/decoders.hpp>

#include <png.h>
#include <zlib.h>

#include "fuzz.hpp"

namespace {

using llava::io::image;

bool decode(std::string_view bytes, image& out) {
    return fuzz::accepts([&] { out = llava::io::decode_image(fuzz::bytes_of(bytes), "picture"); });
}

// Whether there is a picture; then decoding is a function of the bytes, and what is cut is no other picture.
void check(std::string_view bytes) {
    image whole;
    if (!decode(bytes, whole)) return;
    auto const width = static_cast<std::uint64_t>(whole.width), height = static_cast<std::uint64_t>(whole.height);
    fuzz::require(llava::io::refused_size(width, height).empty(), "a size within the limits");
    fuzz::require(whole.rgb.size() == 3 * width * height, "three bytes a pixel");
    if (whole.rgb.size() > (1U << 20U)) return;   // time for more of the small ones
    image other;
    fuzz::require(decode(bytes, other) && other.rgb == whole.rgb, "the same pixels each time");
    for (std::size_t const cut : {bytes.size() - 1, bytes.size() - bytes.size() / 8, bytes.size() / 2}) {
        image less;
        bool const same = !decode(bytes.substr(0, cut), less) || less.rgb == whole.rgb;
        fuzz::require(same, "a cut picture is refused or the same");
    }
}

unsigned long big_endian(std::string_view four) {
    unsigned long out = 0;
    for (char const c : four) out = out << 8U | static_cast<unsigned char>(c);
    return out;
}

// A PNG whose chunks have the checksums of what they hold: behind a wrong one nothing is read.
std::string mended(std::string_view bytes) {
    std::string out(bytes);
    for (std::size_t at = 8; at + 12 <= out.size();) {
        auto const size = big_endian(std::string_view(out).substr(at, 4));
        if (size > out.size() - at - 12) break;
        auto const* const chunk = reinterpret_cast<unsigned char const*>(out.data()) + at + 4;
        auto const sum = ::crc32(0, chunk, static_cast<unsigned>(size + 4));
        for (std::size_t i = 0; i < 4; ++i) out[at + 8 + size + i] = static_cast<char>(sum >> (24 - 8 * i) & 255U);
        at += 12 + size;
    }
    return out;
}

void run(std::string_view bytes) {
    check(bytes);
    if (bytes.starts_with("\x89PNG")) check(mended(bytes));
}

std::vector<std::string> seeds() {
    std::vector<std::string> out;
    std::filesystem::path const folder = "tests/golden/io/images";
    for (auto const& each : std::filesystem::directory_iterator(CAUSALMM_SOURCE_DIR / folder)) {
        if (each.file_size() < 4096) out.push_back(fuzz::contents((folder / each.path().filename()).native()));
    }
    return out;
}

fuzz::target const here("picture", run, seeds);

}   // namespace
