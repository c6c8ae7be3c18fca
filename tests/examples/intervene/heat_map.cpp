// SPDX-License-Identifier: MIT
#include <intervene/heat_map.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include "catch.hpp"

using intervene::color;
using intervene::magma;
using intervene::panel;
using intervene::scale;
using intervene::scale_of;

namespace {

panel full(causalmm::index_t queries, causalmm::index_t keys, std::vector<float> weights) {
    return {.title = "",
            .queries = queries,
            .keys = keys,
            .weights = std::move(weights),
            .seen = std::vector<causalmm::visibility::key_range>(static_cast<std::size_t>(queries), {0, keys})};
}

/// Relative luminance of WCAG 2, which says how light a colour looks.
double luminance(color const& c) {
    auto const linear = [](std::uint8_t byte) {
        double const share = byte / 255.0;
        return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
}

}   // namespace

// Expected: matplotlib's magma at ten places.
TEST_CASE("color_map: published colours at its anchors, between them a mixture", "[intervene]") {
    CHECK(magma(0.0) == color{0x00, 0x00, 0x04});
    CHECK(magma(1.0 / 3.0) == color{0x72, 0x1f, 0x81});
    CHECK(magma(2.0 / 3.0) == color{0xf1, 0x60, 0x5d});
    CHECK(magma(1.0) == color{0xfc, 0xfd, 0xbf});
    CHECK(magma(0.5 / 9.0) == color{0x0c, 0x08, 0x21});   // (0, 0, 4) and (24, 15, 62)
    CHECK(magma(-1.0) == magma(0.0));
    CHECK(magma(2.0) == magma(1.0));
}

TEST_CASE("color_map: more is lighter, all the way", "[intervene]") {
    for (int i = 1; i <= 100; ++i) { CHECK(luminance(magma(i / 100.0)) > luminance(magma((i - 1) / 100.0))); }
}

TEST_CASE("heat_map: weights are coloured by their square root from 0 to the largest", "[intervene]") {
    panel const one = full(1, 4, {0.0f, 0.25f, 0.5f, 1.0f});
    scale const by = scale_of(one);
    CHECK(by.lowest == 0.0);
    CHECK(by.highest == 1.0);
    CHECK_FALSE(by.cut());
    CHECK(by.at(0.5) == 0.25);
    auto const colors = intervene::cells(one, by);
    CHECK(colors[0] == magma(0.0));
    CHECK(colors[1] == magma(0.5));
    CHECK(colors[2] == magma(std::sqrt(0.5)));
    CHECK(colors[3] == magma(1.0));
}

TEST_CASE("heat_map: hidden keys are white and do not count, what is not finite has its own colour", "[intervene]") {
    float const nan = std::nanf(""), infinity = std::numeric_limits<float>::infinity();
    panel one = full(2, 2, {0.5f, 99.0f, nan, infinity});
    one.seen[0] = {0, 1};
    scale const by = scale_of(one);
    CHECK(by.highest == 0.5);
    auto const colors = intervene::cells(one, by);
    CHECK(colors[0] == magma(1.0));
    CHECK(colors[1] == intervene::hidden_color);
    CHECK(colors[2] == intervene::not_finite_color);
    CHECK(colors[3] == intervene::not_finite_color);
    auto const doses = intervene::doses(one);
    CHECK(doses[0] == 0.5);
    CHECK_FALSE(std::isfinite(doses[1]));
}

TEST_CASE("heat_map: a flat map, an empty one and negative weights have a scale", "[intervene]") {
    CHECK(scale_of(full(1, 2, {0.0f, 0.0f})).of(0.0f) == magma(0.0));
    panel hidden = full(1, 2, {1.0f, 1.0f});
    hidden.seen[0] = {0, 0};
    CHECK(scale_of(hidden).highest == 0.0);
    CHECK(intervene::doses(hidden) == std::vector<double>{0.0});
    CHECK(scale_of(full(1, 2, {-0.5f, 0.5f})).lowest == -0.5);
    CHECK(scale_of(full(1, 2, {-1e-8f, 0.5f})).lowest == 0.0);   // what a difference rounds to
}

TEST_CASE("heat_map: a few large weights do not darken all others", "[intervene]") {
    std::vector<float> weights(1000, 0.01f);
    weights[7] = 1.0f;
    scale const by = scale_of(full(10, 100, weights));
    CHECK(by.highest == Approx(0.01));
    CHECK(by.largest == 1.0);
    CHECK(by.cut());
    CHECK(by.of(1.0f) == magma(1.0));
    std::fill_n(weights.begin(), 20, 1.0f);   // two in a hundred
    CHECK_FALSE(scale_of(full(10, 100, weights)).cut());
}

TEST_CASE("heat_map: a map shares the first one's scale if its weights fit in", "[intervene]") {
    scale const first{.lowest = 0.0, .highest = 0.5, .largest = 0.5};
    scale const small{.lowest = 0.0, .highest = 0.25, .largest = 0.75};
    CHECK(intervene::shared_scale(first, small).highest == 0.5);
    CHECK(intervene::shared_scale(first, small).cut());   // its largest weight is above that
    scale const large{.lowest = 0.0, .highest = 2.0, .largest = 2.0};
    CHECK(intervene::shared_scale(first, large).highest == 2.0);
    scale const negative{.lowest = -0.1, .highest = 0.2, .largest = 0.2};
    CHECK(intervene::shared_scale(first, negative).lowest == -0.1);
}

TEST_CASE("heat_map: numbers are short", "[intervene]") {
    CHECK(intervene::short_number(0.0) == "0");
    CHECK(intervene::short_number(0.0153846) == "0.0154");
    CHECK(intervene::short_number(37.94) == "37.9");
    CHECK(intervene::short_number(1.0) == "1");
}
