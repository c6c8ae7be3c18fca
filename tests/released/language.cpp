// SPDX-License-Identifier: MIT
#include <causalmm/released/language.hpp>

#include <array>
#include <string>
#include <vector>

#include "catch.hpp"
#include "golden.hpp"

namespace released = causalmm::released;
using causalmm::errc;
using causalmm::index_t;
using causalmm::status;
using golden::scattered;
using golden::tensor_view;

namespace {

using edit = status (*)(tensor_view<float const, 4> const&, tensor_view<float, 4> const&);

/// Runs an edit on contiguous memory, on scattered memory, and in place; empty if all three give the golden's bits.
std::string run(edit function, golden::tensor const& input, golden::tensor const& expected) {
    golden::tensor result{.shape = input.shape, .words = {}, .values = std::vector<float>(input.values.size(), 5.0f)};
    tensor_view<float, 4> const packed{result.values.data(), input.extents<4>()};
    if (!function(input.view<4>(), packed)) { return "contiguous: refused"; }
    if (auto const found = golden::difference(expected, packed); !found.empty()) { return "contiguous: " + found; }

    scattered<4> const source(input.view<4>());
    scattered<4> const target(input.extents<4>());
    if (!function(source.view(), target.view())) { return "scattered: refused"; }
    if (auto const found = golden::difference(expected, target.view()); !found.empty()) {
        return "scattered: " + found;
    }
    if (auto const found = golden::difference(input, source.view()); !found.empty()) {
        return "input written: " + found;
    }
    if (!target.gaps_untouched()) { return "scattered: wrote between the elements"; }

    if (!function(source.view(), source.view())) { return "in place: refused"; }
    return golden::difference(expected, source.view());
}

void check_all(edit function, std::string const& input, std::string const& expected) {
    auto const names = golden::cases("language", "attention");
    REQUIRE(names.size() == 12);
    for (auto const& name : names) {
        INFO(name);
        CHECK(run(function, golden::at("language." + name + '.' + input),
                  golden::at("language." + name + '.' + expected)) == "");
    }
}

status uniform_of(tensor_view<float const, 4> const&, tensor_view<float, 4> const& edited) noexcept {
    return released::uniform_attention(edited);
}

}   // namespace

TEST_CASE("reverse_attention: every bit as the README's code", "[released]") {
    check_all(released::reverse_attention, "attention", "reverse");
}
TEST_CASE("normalize_attention: every bit as the README's code, NaN rows included", "[released]") {
    check_all(released::normalize_attention, "attention", "normalize");
}
TEST_CASE("reverse_and_normalize_attention: every bit as the README's code, NaN rows included", "[released]") {
    check_all(released::reverse_and_normalize_attention, "attention", "reverse_and_normalize");
}
TEST_CASE("random_attention: every bit as the README's code on the same draws", "[released]") {
    check_all(released::random_attention, "drawn", "random");
}
TEST_CASE("uniform_attention: every bit as the README's code", "[released]") {
    check_all(uniform_of, "attention", "uniform");
}

TEST_CASE("create_attention_mask: every bit as the README's code", "[released]") {
    for (auto const& name : golden::cases("language", "mask")) {
        INFO(name);
        auto const& expected = golden::at("language." + name + ".mask");
        scattered<4> const mask(expected.extents<4>());
        REQUIRE(released::create_attention_mask(mask.view()) == errc::ok);
        CHECK(golden::difference(expected, mask.view()) == "");
        CHECK(mask.gaps_untouched());
    }
}

TEST_CASE("reverse_and_normalize_attention: the first row of a causal map is NaN to its end", "[released]") {
    std::array<float, 9> map{1.0f, 0.0f, 0.0f, 0.25f, 0.75f, 0.0f, 0.5f, 0.25f, 0.25f};
    tensor_view<float, 4> const maps{map.data(), {1, 1, 3, 3}};
    REQUIRE(released::reverse_and_normalize_attention(maps, maps) == errc::ok);
    for (std::size_t k = 0; k < 3; ++k) { CHECK(causalmm::is_nan(map[k])); }
    for (std::size_t i = 3; i < 9; ++i) { CHECK(causalmm::is_finite(map[i])); }
}

// What the library's own policies are free of: a prefill divides by all keys, a decoding step by those that exist.
TEST_CASE("uniform_attention and random_attention: row i of a prefill differs from decoding step i", "[released]") {
    auto const decode_differs = [](index_t keys, index_t row) {
        std::vector<float> square(static_cast<std::size_t>(keys * keys));
        std::vector<float> step(static_cast<std::size_t>(row + 1));
        for (std::size_t i = 0; i < square.size(); ++i) { square[i] = golden::ramp(i, 3) + 0x1p-24f; }
        for (std::size_t k = 0; k < step.size(); ++k) { step[k] = square[static_cast<std::size_t>(row * keys) + k]; }
        tensor_view<float, 4> const prefill{square.data(), {1, 1, keys, keys}};
        tensor_view<float, 4> const decode{step.data(), {1, 1, 1, row + 1}};
        REQUIRE(released::random_attention(prefill, prefill) == errc::ok);
        REQUIRE(released::random_attention(decode, decode) == errc::ok);
        bool const random = prefill(0, 0, row, 0) != decode(0, 0, 0, 0);
        REQUIRE(released::uniform_attention(prefill) == errc::ok);
        REQUIRE(released::uniform_attention(decode) == errc::ok);
        return random && prefill(0, 0, row, 0) != decode(0, 0, 0, 0);
    };
    for (index_t row = 0; row < 8; ++row) { CHECK(decode_differs(9, row)); }
    CHECK_FALSE(decode_differs(9, 8));   // the last row is the same in both
}

TEST_CASE("language functions: what is not square, empty or of another shape is refused and left alone", "[released]") {
    std::array<float, 12> memory{};
    memory.fill(3.0f);
    std::array<float, 12> const before = memory;
    tensor_view<float, 4> const oblong{memory.data(), {1, 1, 3, 4}};
    tensor_view<float, 4> const square{memory.data(), {1, 1, 3, 3}};
    tensor_view<float, 4> const two{memory.data(), {1, 2, 1, 3}};
    tensor_view<float, 4> const empty{memory.data(), {1, 0, 3, 3}};
    for (edit const function : {edit{released::reverse_attention}, edit{released::normalize_attention},
                                edit{released::reverse_and_normalize_attention}, edit{released::random_attention}}) {
        CHECK(function(oblong, oblong) == errc::shape_mismatch);
        CHECK(function(square, two) == errc::shape_mismatch);
        CHECK(function(empty, empty) == errc::shape_mismatch);
    }
    CHECK(released::uniform_attention(oblong) == errc::shape_mismatch);
    CHECK(released::uniform_attention(empty) == errc::shape_mismatch);
    CHECK(released::create_attention_mask(oblong) == errc::shape_mismatch);
    CHECK(released::create_attention_mask(two) == errc::shape_mismatch);
    CHECK(released::create_attention_mask(empty) == errc::shape_mismatch);
    CHECK(memory == before);
}
