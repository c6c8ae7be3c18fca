// SPDX-License-Identifier: MIT
#include <causalmm/released/vision_edit.hpp>

#include <array>
#include <string>
#include <vector>

#include "catch.hpp"
#include "golden.hpp"

namespace released = causalmm::released;
using causalmm::errc;
using causalmm::index_t;
using golden::scattered;
using golden::tensor_view;
using released::vision_edit;

TEST_CASE("edit_attention: every bit as the README's code on the same draws", "[released]") {
    auto const names = golden::cases("vision", "maps");
    REQUIRE(names.size() == 6);
    std::array<std::string, 4> const methods{"random", "uniform", "reversed", "shuffle"};
    for (auto const& name : names) {
        auto const key = "vision." + name + '.';
        auto const& maps = golden::at(key + "maps");
        auto const permutations = golden::at(key + "permutations").integers();
        released::vision_draws const draws{.uniform = golden::at(key + "drawn").view<4>(),
                                           .permutations = permutations};
        for (std::size_t m = 0; m < methods.size(); ++m) {
            INFO(name << ", " << methods[m]);
            scattered<4> const source(maps.view<4>());
            scattered<4> const edited(maps.extents<4>());
            REQUIRE(released::edit_attention(static_cast<vision_edit>(m), source.view(), draws, edited.view()) ==
                    errc::ok);
            CHECK(golden::difference(golden::at(key + methods[m]), edited.view()) == "");
            CHECK(golden::difference(maps, source.view()) == "");
            CHECK(edited.gaps_untouched());
            if (static_cast<vision_edit>(m) == vision_edit::shuffle) { continue; }   // cannot work in place
            REQUIRE(released::edit_attention(static_cast<vision_edit>(m), source.view(), draws, source.view()) ==
                    errc::ok);
            CHECK(golden::difference(golden::at(key + methods[m]), source.view()) == "");
        }
    }
}

TEST_CASE("edit_uniform: the mean of 97 x 97 and of 16 x 577 x 577 entries, every bit", "[released]") {
    auto const check = [](std::string const& name, std::array<index_t, 4> const& extents, std::size_t seed) {
        std::vector<float> memory(static_cast<std::size_t>(extents[0] * extents[1] * extents[2] * extents[3]));
        for (std::size_t i = 0; i < memory.size(); ++i) { memory[i] = golden::ramp(i, seed); }
        tensor_view<float, 4> const maps{memory.data(), extents};
        REQUIRE(released::edit_uniform(maps, maps) == errc::ok);
        tensor_view<float, 2> const means{memory.data(), {extents[0], extents[1]}, {maps.strides[0], maps.strides[1]}};
        CHECK(golden::difference(golden::at(name), means) == "");
        CHECK(maps(extents[0] - 1, 0, extents[2] - 1, extents[3] - 1) == means(extents[0] - 1, 0));
    };
    check("vision.mean97.uniform", {2, 3, 97, 97}, 1);
    check("vision.mean577.uniform", {1, 16, 577, 577}, 2);
}

TEST_CASE("edit_attention: wrong shapes, draws and methods are refused and nothing is written", "[released]") {
    std::vector<float> memory(24, 2.0f);
    std::vector<float> const before = memory;
    tensor_view<float, 4> const maps{memory.data(), {2, 2, 2, 3}};
    tensor_view<float, 4> const other{memory.data(), {2, 2, 3, 2}};
    tensor_view<float, 4> const empty{memory.data(), {2, 2, 0, 3}};
    std::vector<index_t> const permutations{0, 1, 2, 3, 4, 5, 5, 4, 3, 2, 1, 0};
    released::vision_draws const draws{.uniform = maps, .permutations = permutations};
    for (int m = 0; m < 4; ++m) {
        auto const method = static_cast<vision_edit>(m);
        CHECK(released::edit_attention(method, maps, draws, other) == errc::shape_mismatch);
        CHECK(released::edit_attention(method, empty, draws, empty) == errc::shape_mismatch);
    }
    CHECK(released::edit_attention(vision_edit::random, maps, {}, maps) == errc::shape_mismatch);
    CHECK(released::edit_attention(vision_edit::shuffle, maps, {}, maps) == errc::shape_mismatch);
    CHECK(released::edit_attention(static_cast<vision_edit>(4), maps, draws, maps) == errc::bad_parameter);
    for (index_t const outside : {index_t{-1}, index_t{6}}) {
        std::vector<index_t> wrong = permutations;
        wrong.back() = outside;
        CHECK(released::edit_shuffle(maps, wrong, maps) == errc::bad_parameter);
    }
    CHECK(memory == before);
}
