// SPDX-License-Identifier: MIT
#include <llava/io/image.hpp>

#include <string>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "support.hpp"

using llava::io::image;
using llava::io::read_image;
using nlohmann::json;
using support::failure;
using support::folder;
using support::golden;
using support::names;
using namespace std::string_literals;

namespace {

// The same rows that the golden script packed, as text that json can compare.
std::string base64(std::string const& bytes) {
    static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned bits = 0;
        for (std::size_t k = 0; k < 3; ++k)
            bits = (bits << 8U) | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k) out += i + k <= bytes.size() ? digits[(bits >> (18U - 6U * k)) & 63U] : '=';
    }
    return out;
}

std::string big_endian(std::uint32_t value) {
    std::string out;
    for (unsigned shift = 32; shift > 0; shift -= 8) out += static_cast<char>((value >> (shift - 8)) & 255U);
    return out;
}

// CRC-32 of PNG, from its definition: polynomial 0xEDB88320, reflected.
std::string chunk(std::string const& name, std::string const& data) {
    std::uint32_t crc = 0xFFFFFFFFU;
    for (char const c : name + data) {
        crc ^= static_cast<unsigned char>(c);
        for (int k = 0; k < 8; ++k) crc = (crc & 1U) != 0 ? (crc >> 1U) ^ 0xEDB88320U : crc >> 1U;
    }
    return big_endian(static_cast<std::uint32_t>(data.size())) + name + data + big_endian(crc ^ 0xFFFFFFFFU);
}

std::string png_head(std::uint32_t width, std::uint32_t height, char depth, char colour, char interlace = 0) {
    return "\x89PNG\r\n\x1a\n" +
           chunk("IHDR", big_endian(width) + big_endian(height) + depth + colour + "\0\0"s + interlace);
}

// One red pixel: zlib stream with one stored block, filter byte 0.
std::string const red_pixel = chunk("IDAT", "\x78\x01\x01\x04\x00\xfb\xff\x00\xff\x00\x00\x03\x01\x01\x00"s);

std::optional<std::string> reading(std::string const& bytes, std::string const& name = "bad.png") {
    folder const here;
    auto const file = here.write(name, bytes);
    return failure([&] { return read_image(file); });
}

}   // namespace

TEST_CASE("image: every kind of PNG and JPEG gives Pillow's RGB bytes", "[llava][io]") {
    json const expected = json::parse(support::contents(golden("images.json")));
    REQUIRE(expected.size() > 50);
    for (auto const& [name, facts] : expected.items()) {
        INFO(name);
        image const read = read_image(golden("images") / name);
        CHECK(read.width == facts["width"].get<int>());
        CHECK(read.height == facts["height"].get<int>());
        // Exact for JPEG too: both libraries are libjpeg-turbo with its default integer DCT and smooth upsampling.
        if (facts.contains("rgb")) CHECK(base64({read.rgb.begin(), read.rgb.end()}) == facts["rgb"].get<std::string>());
        if (facts.contains("fnv"))
            CHECK(support::hex(support::fnv(read.rgb.data(), read.rgb.size())) == facts["fnv"].get<std::string>());
    }
}

TEST_CASE("image: a PNG made by hand", "[llava][io]") {
    folder const here;
    image const read = read_image(here.write("a.png", png_head(1, 1, 8, 2) + red_pixel + chunk("IEND", "")));
    CHECK(read.rgb == std::vector<std::uint8_t>{255, 0, 0});
}

TEST_CASE("image: damaged PNGs are refused by name", "[llava][io]") {
    std::string const head = png_head(1, 1, 8, 2), end = chunk("IEND", "");
    std::string const good = head + red_pixel + end;
    CHECK(names(reading(head.substr(0, 8)), 65, {"bad.png", "PNG"}));
    for (std::size_t size = 8; size < good.size(); ++size) {
        INFO("cut to " << size);
        CHECK(names(reading(good.substr(0, size)), 65, {"bad.png", "PNG"}));
    }
    for (std::size_t at : {20U, 29U, 45U, 60U}) {   // in the header, its checksum, the pixels, their checksum
        std::string broken = good;
        broken[at] = static_cast<char>(broken[at] ^ 1);
        INFO("bit at " << at);
        CHECK(names(reading(broken), 65, {"bad.png", "PNG"}));
    }
    CHECK(names(reading(png_head(0, 1, 8, 2) + red_pixel + end), 65, {"PNG"}));
    CHECK(names(reading(png_head(1, 1, 8, 5) + red_pixel + end), 65, {"PNG"}));
    CHECK(names(reading(png_head(1, 1, 3, 0) + red_pixel + end), 65, {"PNG"}));
    CHECK(names(reading(png_head(1, 1, 8, 2, 9) + red_pixel + end), 65, {"PNG"}));
    CHECK(names(reading(png_head(1, 1, 8, 3) + red_pixel + end), 65, {"PNG"}));   // no palette
    CHECK(names(reading(png_head(1, 2, 8, 2) + red_pixel + end), 65, {"PNG"}));   // too few pixels
    std::string const third = chunk("IDAT", "\x78\x01\x01\x02\x00\xfd\xff\x00\x02\x00\x04\x00\x03"s);   // one index, 2
    CHECK(names(reading(png_head(1, 1, 8, 3) + chunk("PLTE", "abcdef") + third + end), 65, {"PNG", "palette index"}));
    CHECK_FALSE(reading(png_head(1, 1, 8, 3) + chunk("PLTE", "abcdefghi") + third + end));
    CHECK(names(reading(head + chunk("IDAT", "not zlib") + end), 65, {"PNG"}));
    CHECK(names(reading(head + big_endian(0xFFFFFFFFU) + "IDAT" + end), 65, {"PNG"}));
}

TEST_CASE("image: sizes that would be bombs are refused before anything is decoded", "[llava][io]") {
    auto const sized = [](std::uint32_t width, std::uint32_t height) {
        return reading(png_head(width, height, 1, 0) + red_pixel + chunk("IEND", ""));
    };
    CHECK(names(sized(30000, 30000), 65, {"bad.png", "30000 x 30000", "89478485"}));
    CHECK(names(sized(65501, 400), 65, {"bad.png"}));
    CHECK(names(sized(0x7FFFFFFF, 0x7FFFFFFF), 65, {"bad.png"}));
    CHECK(names(sized(1, 201), 65, {"bad.png", "1:200"}));
}

TEST_CASE("image: a JPEG cut anywhere is refused, not filled in", "[llava][io]") {
    std::string const good = support::contents(golden("images/sub420.jpg"));
    for (std::size_t size = 3; size < good.size(); size += 7) {
        INFO("cut to " << size << " of " << good.size());
        CHECK(names(reading(good.substr(0, size), "cut.jpg"), 65, {"cut.jpg", "JPEG"}));
    }
    std::string const progressive = support::contents(golden("images/sub420_progressive.jpg"));
    CHECK(names(reading(progressive.substr(0, progressive.size() - 2), "cut.jpg"), 65, {"JPEG"}));
    CHECK(names(reading(progressive.substr(0, progressive.size() / 2), "cut.jpg"), 65, {"JPEG"}));
    CHECK(names(reading("\xff\xd8\xff\xd9"s, "empty.jpg"), 65, {"empty.jpg", "JPEG"}));
}

TEST_CASE("image: what is neither JPEG nor PNG is named", "[llava][io]") {
    CHECK(names(reading(""), 65, {"bad.png", "empty"}));
    CHECK(names(reading("GIF89a"), 65, {"bad.png", "GIF"}));
    CHECK(names(reading("RIFF....WEBP"), 65, {"bad.png", "WebP"}));
    CHECK(names(reading("<svg xmlns=''/>"), 65, {"bad.png", "SVG"}));
    CHECK(names(reading("version https://git-lfs.github.com/spec/v1\n"), 65, {"bad.png", "Git LFS"}));
    CHECK(names(reading("<!DOCTYPE html><html>"), 65, {"bad.png", "HTML"}));
    CHECK(names(reading("hello"), 65, {"bad.png", "expected a JPEG or PNG"}));
    folder const here;
    CHECK(names(failure([&] { return read_image(here.path() / "absent.jpg"); }), 66, {"absent.jpg", "No such file"}));
    CHECK(names(failure([&] { return read_image(here.path()); }), 66, {"not a regular file"}));
}
