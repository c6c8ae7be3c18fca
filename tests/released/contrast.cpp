// SPDX-License-Identifier: MIT
#include <causalmm/released/contrast.hpp>

#include <array>
#include <limits>
#include <string>

#include "catch.hpp"
#include "golden.hpp"

namespace released = causalmm::released;
using causalmm::errc;
using golden::scattered;
using golden::tensor_view;

TEST_CASE("contrast_logits: N23 every bit as PyTorch computes the published formulas, NaN included", "[released]") {
    auto const names = golden::cases("contrast", "parameters");
    REQUIRE(names.size() == 35);
    for (auto const& name : names) {
        INFO(name);
        auto const input = "contrast." + name.substr(0, name.find('.'));
        auto const& parameters = golden::at("contrast." + name + ".parameters");
        released::contrast_parameters const chosen{.gamma = parameters.number(0), .epsilon = parameters.number(1)};
        auto const& factual = golden::at(input + ".factual");
        scattered<2> const vision(golden::at(input + ".vision").view<2>());
        scattered<2> const language(golden::at(input + ".language").view<2>());
        scattered<2> const result(factual.extents<2>());

        REQUIRE(released::contrast_logits(factual.view<2>(), vision.view(), chosen, result.view()) == errc::ok);
        CHECK(golden::difference(golden::at("contrast." + name + ".one"), result.view()) == "");
        REQUIRE(released::contrast_logits(factual.view<2>(), vision.view(), language.view(), chosen, result.view()) ==
                errc::ok);
        CHECK(golden::difference(golden::at("contrast." + name + ".two"), result.view()) == "");
        CHECK(result.gaps_untouched());

        scattered<2> const in_place(factual.view<2>());
        REQUIRE(released::contrast_logits(in_place.view(), vision.view(), chosen, in_place.view()) == errc::ok);
        CHECK(golden::difference(golden::at("contrast." + name + ".one"), in_place.view()) == "");
    }
}

TEST_CASE("contrast_logits: N30 parameters out of range are refused and nothing is written", "[released]") {
    double const nan = std::numeric_limits<double>::quiet_NaN();
    std::array<float, 2> memory{7.0f, 7.0f};
    float const zeros[2] = {};
    tensor_view<float const, 2> const row{zeros, {1, 2}};
    tensor_view<float, 2> const result{memory.data(), {1, 2}};
    for (double const gamma : {-0.5, nan, std::numeric_limits<double>::infinity()}) {
        CHECK(released::contrast_logits(row, row, {.gamma = gamma}, result) == errc::bad_parameter);
        CHECK(released::contrast_logits(row, row, row, {.gamma = gamma}, result) == errc::bad_parameter);
    }
    for (double const epsilon : {-0.1, 1.5, nan}) {
        CHECK(released::contrast_logits(row, row, {.epsilon = epsilon}, result) == errc::bad_parameter);
        CHECK(released::contrast_logits(row, row, row, {.epsilon = epsilon}, result) == errc::bad_parameter);
    }
    CHECK(memory == std::array<float, 2>{7.0f, 7.0f});
}

TEST_CASE("contrast_logits: N32 rows of different lengths are refused", "[released]") {
    std::array<float, 4> memory{};
    tensor_view<float, 2> const row{memory.data(), {1, 2}};
    tensor_view<float, 2> const longer{memory.data(), {1, 3}};
    tensor_view<float, 2> const empty{memory.data(), {1, 0}};
    CHECK(released::contrast_logits(row, longer, {}, row) == errc::shape_mismatch);
    CHECK(released::contrast_logits(longer, row, {}, row) == errc::shape_mismatch);
    CHECK(released::contrast_logits(empty, empty, {}, empty) == errc::shape_mismatch);
    CHECK(released::contrast_logits(row, longer, row, {}, row) == errc::shape_mismatch);
    CHECK(released::contrast_logits(row, row, longer, {}, row) == errc::shape_mismatch);
}
