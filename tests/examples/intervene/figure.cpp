// SPDX-License-Identifier: MIT
#include <intervene/figure.hpp>

#include <string>
#include <vector>

#include <intervene/color_map.hpp>
#include <llava/io/image.hpp>

#include "catch.hpp"

// The leak sanitizer's own hook: fontconfig, which cairo asks for the font, keeps what it read until the program ends.
extern "C" char const* __lsan_default_suppressions();
extern "C" char const* __lsan_default_suppressions() { return "leak:libfontconfig"; }

using intervene::color;
using intervene::figure;
using intervene::magma;
using intervene::panel;

namespace {

panel made(causalmm::index_t queries, causalmm::index_t keys, std::vector<float> weights) {
    return {.title = "a title",
            .queries = queries,
            .keys = keys,
            .weights = std::move(weights),
            .seen = std::vector<causalmm::visibility::key_range>(static_cast<std::size_t>(queries), {0, keys})};
}

llava::io::image decoded(figure const& of) { return llava::io::decode_image(of.png, "picture.png"); }

color pixel(llava::io::image const& in, double x, double y) {
    auto const at =
        3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(in.width) + static_cast<std::size_t>(x));
    return {in.rgb[at], in.rgb[at + 1], in.rgb[at + 2]};
}

/// The colour in the middle of a cell.
color cell(llava::io::image const& in, intervene::map_place const& map, int query, int key) {
    return pixel(in, map.x + (key + 0.5) * map.cell_x, map.y + (query + 0.5) * map.cell_y);
}

}   // namespace

TEST_CASE("figure: decodes with its own size, and every cell has its colour", "[intervene]") {
    panel before = made(2, 3, {0.0f, 0.25f, 1.0f, 0.25f, 0.0f, 0.0f});
    before.seen[1] = {0, 2};
    panel const after = made(2, 3, {4.0f, 4.0f, 0.0f, 1.0f, 0.0f, 4.0f});
    figure const drawn = intervene::draw("tensor, head 0", {before, after});
    auto const picture = decoded(drawn);
    CHECK(picture.width == drawn.width);
    CHECK(picture.height == drawn.height);
    REQUIRE(drawn.maps.size() == 2);
    CHECK(cell(picture, drawn.maps[0], 0, 0) == magma(0.0));
    CHECK(cell(picture, drawn.maps[0], 0, 1) == magma(0.5));
    CHECK(cell(picture, drawn.maps[0], 0, 2) == magma(1.0));
    CHECK(cell(picture, drawn.maps[0], 1, 0) == magma(0.5));
    CHECK(cell(picture, drawn.maps[0], 1, 2) == intervene::hidden_color);
    CHECK(cell(picture, drawn.maps[1], 0, 0) == magma(1.0));   // on its own scale, to 4
    CHECK(cell(picture, drawn.maps[1], 1, 0) == magma(0.5));
}

TEST_CASE("figure: a colour bar below each map, the dose of each row at its right", "[intervene]") {
    figure const drawn = intervene::draw("t", {made(2, 2, {1.0f, 1.0f, 0.0f, 0.0f})});
    auto const picture = decoded(drawn);
    auto const& map = drawn.maps[0];
    double const bottom = map.y + 2 * map.cell_y, right = map.x + 2 * map.cell_x;
    CHECK(pixel(picture, map.x + 1, bottom + 34 + 9) == magma(0.0));
    CHECK(pixel(picture, right - 2, bottom + 34 + 9) == magma(1.0));
    color const full = pixel(picture, right + 14 + 8, map.y + 0.5 * map.cell_y);
    color const empty = pixel(picture, right + 14 + 8, map.y + 1.5 * map.cell_y);
    CHECK(full != empty);
    // The first row's mass of 2 ends the axis, so that the line at 1 stands in its middle.
    CHECK(pixel(picture, right + 14 + 94, map.y + 0.5 * map.cell_y) == full);
    CHECK(pixel(picture, right + 14 + 48, map.y + 1.5 * map.cell_y) != empty);
    CHECK(pixel(picture, right + 14 + 52, map.y + 1.5 * map.cell_y) == empty);
}

TEST_CASE("figure: any shape of map and any number of them", "[intervene]") {
    for (auto const& [queries, keys] : {std::pair{1, 1}, {1, 300}, {300, 1}, {7, 13}, {577, 577}, {2, 1200}}) {
        INFO(queries << " x " << keys);
        std::vector<float> weights(static_cast<std::size_t>(queries * keys), 0.5f);
        figure const drawn = intervene::draw("t", {made(queries, keys, weights)});
        auto const picture = decoded(drawn);
        CHECK(picture.width == drawn.width);
        CHECK(cell(picture, drawn.maps[0], 0, 0) == magma(1.0));
        CHECK(cell(picture, drawn.maps[0], queries / 2, keys / 2) == magma(1.0));
    }
    int last = 0;
    for (std::size_t count : {1u, 2u, 3u, 4u, 6u, 7u}) {
        auto const drawn = intervene::draw("t", std::vector<panel>(count, made(1, 1, {1.0f})));
        CHECK(drawn.maps.size() == count);
        CHECK(drawn.width * drawn.height > last);
        last = drawn.width * drawn.height;
    }
}

TEST_CASE("figure: a row that is not a number is drawn, and so is text that no font has", "[intervene]") {
    panel one = made(1, 2, {std::nanf(""), 0.5f});
    one.title = "a very long title that would not fit above any map of this size \xe2\x89\xa5 \xf0\x9f\x8d\x8c";
    figure const drawn = intervene::draw(std::string(400, 'W'), {one});
    auto const picture = decoded(drawn);
    CHECK(cell(picture, drawn.maps[0], 0, 0) == intervene::not_finite_color);
    CHECK(cell(picture, drawn.maps[0], 0, 1) == magma(1.0));
}
