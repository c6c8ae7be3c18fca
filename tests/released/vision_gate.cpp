// SPDX-License-Identifier: MIT
#include <causalmm/released/vision_gate.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <causalmm/released/vision_edit.hpp>

#include "catch.hpp"
#include "golden.hpp"

namespace released = causalmm::released;
using causalmm::errc;
using causalmm::index_t;
using golden::scattered;
using golden::tensor_view;
using released::feature_rounding;
using released::vision_edit;

TEST_CASE("vision_gate: every bit as PyTorch resizes and averages, 2 to 37 heads, 1 to 577 rows", "[released]") {
    std::array<std::array<index_t, 4>, 10> const shapes{{{1, 16, 577, 577},
                                                         {2, 9, 10, 10},
                                                         {1, 17, 7, 7},
                                                         {1, 3, 50, 50},
                                                         {1, 8, 5, 5},
                                                         {2, 5, 4, 4},
                                                         {3, 11, 6, 6},
                                                         {1, 37, 3, 8},
                                                         {1, 2, 33, 20},
                                                         {2, 21, 1, 1}}};
    for (std::size_t n = 0; n < shapes.size(); ++n) {
        auto const& shape = shapes[n];
        std::string name = "gate";
        for (std::size_t axis = 0; axis < 4; ++axis) { name += (axis == 0 ? '.' : 'x') + std::to_string(shape[axis]); }
        INFO(name);
        auto const& expected = golden::at(name);
        std::vector<float> memory(static_cast<std::size_t>(shape[0] * shape[1] * shape[2] * shape[3]));
        for (std::size_t i = 0; i < memory.size(); ++i) { memory[i] = golden::ramp(i, 10 + n); }
        scattered<3> const gate(expected.extents<3>());
        REQUIRE(released::vision_gate({memory.data(), shape}, gate.view()) == errc::ok);
        CHECK(golden::difference(expected, gate.view()) == "");
        CHECK(gate.gaps_untouched());
    }
}

TEST_CASE("gated_features: edit, gate and product, every bit, in single and in half precision", "[released]") {
    for (auto const& name : golden::cases("vision", "maps")) {
        auto const key = "vision." + name + '.';
        auto const& features = golden::at(key + "features");
        for (std::string const method : {"random", "uniform", "reversed", "shuffle"}) {
            INFO(name << ", " << method);
            scattered<4> const edited(golden::at(key + method).view<4>());
            auto const& expected_gate = golden::at(key + method + ".gate");
            scattered<3> const gate(expected_gate.extents<3>());
            REQUIRE(released::vision_gate(edited.view(), gate.view()) == errc::ok);
            CHECK(golden::difference(expected_gate, gate.view()) == "");
            scattered<3> const weighted(features.view<3>());
            REQUIRE(released::gated_features(features.view<3>(), gate.view(), weighted.view(),
                                             feature_rounding::none) == errc::ok);
            CHECK(golden::difference(golden::at(key + method + ".weighted"), weighted.view()) == "");
            REQUIRE(released::gated_features(features.view<3>(), gate.view(), weighted.view(),
                                             feature_rounding::half) == errc::ok);
            CHECK(golden::difference(golden::at(key + method + ".half"), weighted.view()) == "");
            CHECK(weighted.gaps_untouched());
        }
    }
}

namespace {

struct statistics {
    double mean;
    double deviation;
};

/// Mean and deviation over the patches of a 24 x 24 gate, for 16 heads of softmax over normal scores.
statistics gate_statistics(vision_edit method) {
    std::mt19937 generator(7);
    std::normal_distribution<float> normal;
    std::uniform_real_distribution<float> uniform;
    index_t const tokens = 577;
    std::vector<float> maps(static_cast<std::size_t>(16 * tokens * tokens));
    for (std::size_t row = 0; row < maps.size(); row += tokens) {
        float total = 0.0f;
        for (std::size_t k = row; k < row + tokens; ++k) { total += maps[k] = std::exp(normal(generator)); }
        for (std::size_t k = row; k < row + tokens; ++k) { maps[k] /= total; }
    }
    std::vector<float> drawn(method == vision_edit::random ? maps.size() : 0);
    for (float& u : drawn) { u = uniform(generator); }
    std::vector<index_t> permutations(method == vision_edit::shuffle ? maps.size() : 0);
    for (auto head = permutations.begin(); head != permutations.end(); head += tokens * tokens) {
        std::iota(head, head + tokens * tokens, 0);
        std::shuffle(head, head + tokens * tokens, generator);
    }
    std::vector<float> edited(maps.size());
    std::array<index_t, 4> const shape{1, 16, tokens, tokens};
    std::vector<float> gate(24 * 24);
    REQUIRE(released::edit_attention(method, {maps.data(), shape}, {{drawn.data(), shape}, permutations},
                                     {edited.data(), shape}) == errc::ok);
    REQUIRE(released::vision_gate({edited.data(), shape}, {gate.data(), {1, 24, 24}}) == errc::ok);
    double const mean = std::accumulate(gate.begin(), gate.end(), 0.0) / 576.0;
    double squares = 0.0;
    for (float const g : gate) { squares += (g - mean) * (g - mean); }
    return {mean, std::sqrt(squares / 576.0)};
}

}   // namespace

// Figures measured in PyTorch on other draws; the margins are the scatter between draws, widest for reversed, whose
// mean is that of 16 maxima of 333,000 weights each.
TEST_CASE("vision_gate: how little each edit leaves of the features", "[released]") {
    auto const shuffle = gate_statistics(vision_edit::shuffle);
    CHECK(shuffle.mean == Approx(0.0017).epsilon(0.05));
    CHECK(shuffle.deviation == Approx(0.0004).epsilon(0.3));
    auto const uniform = gate_statistics(vision_edit::uniform);
    CHECK(uniform.mean == Approx(1.0 / 577.0).epsilon(1e-4));
    CHECK(uniform.deviation < 1e-8);
    auto const random = gate_statistics(vision_edit::random);
    CHECK(random.mean == Approx(1.0).epsilon(0.02));
    CHECK(random.deviation == Approx(0.10).epsilon(0.2));
    auto const reversed = gate_statistics(vision_edit::reversed);
    CHECK(reversed.mean == Approx(0.121).epsilon(0.25));
    CHECK(reversed.deviation == Approx(0.0004).epsilon(0.3));
}

TEST_CASE("vision_gate: wrong shapes are refused and nothing is written", "[released]") {
    std::vector<float> memory(80 * 80, 4.0f);
    std::vector<float> const before = memory;
    float* const data = memory.data();
    tensor_view<float const, 4> const maps{data, {1, 2, 3, 3}};
    CHECK(released::vision_gate(maps, {data, {2, 2, 2}}) == errc::shape_mismatch);
    CHECK(released::vision_gate(maps, {data, {1, 2, 3}}) == errc::shape_mismatch);
    CHECK(released::vision_gate(maps, {data, {1, 0, 0}}) == errc::shape_mismatch);
    CHECK(released::vision_gate({data, {1, 0, 3, 3}}, {data, {1, 2, 2}}) == errc::shape_mismatch);
    CHECK(released::vision_gate(maps, {data, {1, 65, 65}}) == errc::unsupported);
    CHECK(memory == before);
}

TEST_CASE("gated_features: N14 wrong shapes are refused and nothing is written", "[released]") {
    std::vector<float> memory(64, 4.0f);
    std::vector<float> const before = memory;
    float* const data = memory.data();
    tensor_view<float, 3> const features{data, {1, 4, 5}};
    auto const refused = [&](tensor_view<float const, 3> const& gate, tensor_view<float, 3> const& weighted) {
        return released::gated_features(features, gate, weighted, feature_rounding::none) == errc::shape_mismatch;
    };
    CHECK(refused({data, {1, 3, 3}}, features));
    CHECK(refused({data, {2, 2, 2}}, features));
    CHECK(refused({data, {1, 2, 3}}, features));
    CHECK(refused({data, {1, 2, 2}}, {data, {1, 4, 4}}));
    CHECK(memory == before);
}
