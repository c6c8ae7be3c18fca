// SPDX-License-Identifier: MIT
#include <llava/io/preprocess.hpp>

#include <string>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "support.hpp"

using nlohmann::json;
using support::folder;
using support::golden;
namespace io = llava::io;

namespace {

json const& expected() {
    static json const all = json::parse(support::contents(golden("pixels.json")));
    return all;
}

std::string base64_decoded(std::string const& text) {
    static std::string const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    unsigned bits = 0, count = 0;
    for (char const c : text) {
        if (c == '=') break;
        bits = (bits << 6U) | static_cast<unsigned>(digits.find(c));
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>((bits >> count) & 255U);
    }
    return out;
}

std::vector<float> values_of(json const& entry) {
    std::string const bytes = base64_decoded(entry);
    std::vector<float> out(bytes.size() / sizeof(float));
    std::memcpy(out.data(), bytes.data(), bytes.size());
    return out;
}

}   // namespace

TEST_CASE("preprocess: resizing equals Pillow's in every byte", "[llava][io]") {
    io::image const source = io::read_image(golden("images/resize.png"));
    for (json const& row : expected()["resize"]) {
        INFO(row.dump());
        io::image const out = io::resize_bicubic(source, row[0], row[1]);
        REQUIRE(out.width == row[0].get<int>());
        REQUIRE(out.height == row[1].get<int>());
        CHECK(support::hex(support::fnv(out.rgb.data(), out.rgb.size())) == row[2].get<std::string>());
    }
}

TEST_CASE("preprocess: pixel values equal those of transformers' processors in every bit", "[llava][io]") {
    REQUIRE(expected()["cases"].size() > 50);
    for (json const& entry : expected()["cases"]) {
        INFO(entry["file"].dump() << " " << entry["settings"].dump());
        folder const model;
        model.write("preprocessor_config.json", entry["settings"].dump());
        auto const settings = io::read_preprocessor(model.path());
        auto const values =
            io::pixel_values(io::read_image(golden("images") / entry["file"].get<std::string>()), settings);
        REQUIRE(values.size() == entry["shape"][0].get<std::size_t>() * entry["shape"][1].get<std::size_t>() *
                                     entry["shape"][2].get<std::size_t>());
        CHECK(support::hex(support::fnv(values.data(), values.size() * sizeof(float))) ==
              entry["fnv"].get<std::string>());
        if (entry.contains("values")) CHECK(values == values_of(entry["values"]));
    }
}

TEST_CASE("preprocess: padding puts the picture in the middle", "[llava][io]") {
    io::image const line{.width = 3, .height = 1, .rgb = {1, 2, 3, 4, 5, 6, 7, 8, 9}};
    io::image const square = io::pad_to_square(line, {10, 20, 30});
    CHECK(square.width == 3);
    CHECK(square.height == 3);
    CHECK(square.rgb == std::vector<std::uint8_t>{10, 20, 30, 10, 20, 30, 10, 20, 30, 1,  2,  3,  4, 5,
                                                  6,  7,  8,  9,  10, 20, 30, 10, 20, 30, 10, 20, 30});
}

TEST_CASE("preprocess: a crop takes the middle, and pads with black", "[llava][io]") {
    io::image const line{.width = 3, .height = 1, .rgb = {1, 2, 3, 4, 5, 6, 7, 8, 9}};
    CHECK(io::center_crop(line, 1, 1).rgb == std::vector<std::uint8_t>{4, 5, 6});
    // One row of three over two rows: Python's floor of -1/2 puts the black row on top.
    CHECK(io::center_crop(line, 1, 2).rgb == std::vector<std::uint8_t>{0, 0, 0, 4, 5, 6});
}
