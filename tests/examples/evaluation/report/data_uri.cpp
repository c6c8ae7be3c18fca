// SPDX-License-Identifier: MIT
#include <evaluation/report/data_uri.hpp>

#include <limits>

#include <llava/io/image.hpp>

#include "../support.hpp"
#include "catch.hpp"

namespace report = evaluation::report;

TEST_CASE("base64: the examples of RFC 4648", "[evaluation]") {
    CHECK(report::base64("").empty());
    CHECK(report::base64("f") == "Zg==");
    CHECK(report::base64("fo") == "Zm8=");
    CHECK(report::base64("foo") == "Zm9v");
    CHECK(report::base64("foobar") == "Zm9vYmFy");
    CHECK(report::base64("\xFF\xFE\xFD") == "//79");
}

TEST_CASE("data uri: the kind is told by the first bytes", "[evaluation]") {
    CHECK_THAT(report::data_uri(support::one_pixel()), Catch::StartsWith("data:image/png;base64,iVBORw0KGgo"));
    CHECK(report::data_uri("\xFF\xD8\xFF\xE0") == "data:image/jpeg;base64,/9j/4A==");
    CHECK(report::data_uri("GIF89a").empty());
    CHECK(report::data_uri("").empty());
}

TEST_CASE("heat map: a pixel for each place, brightest at the maximum", "[evaluation]") {
    support::temporary_folder const folder;
    evaluation::attention_map const map{
        .rows = 1, .columns = 3, .values = {0, 2, std::numeric_limits<float>::infinity()}};
    auto const file = support::write_file(folder / "heat.png", report::heat_png(map));
    auto const image = llava::io::read_image(file);
    REQUIRE(image.width == 3);
    REQUIRE(image.height == 1);
    CHECK(report::heat_png({}).empty());
    CHECK(report::heat_png({.rows = 2, .columns = 2, .values = {1}}).empty());
    evaluation::attention_map const flat{.rows = 1, .columns = 1, .values = {0}};
    CHECK_FALSE(report::heat_png(flat).empty());
}
