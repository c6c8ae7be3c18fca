// SPDX-License-Identifier: MIT
#include <llava/activation.hpp>

#include <array>
#include <vector>

#include "catch.hpp"

namespace {

// x and what PyTorch computes for it in float64: x sigmoid(1.702 x), gelu, gelu(approximate="tanh"), silu.
constexpr std::array<float, 5> at{-3.0f, -0.5f, 0.25f, 1.5f, 8.0f};
constexpr std::array<double, 5> quick{-0.01807130970778597, -0.1496115633936199, 0.1511996499001942, 1.3916621984470765,
                                      7.999990233571134};
constexpr std::array<double, 5> gelu{-0.00404969409489031, -0.15426876936299344, 0.14967658142073093, 1.399789198096713,
                                     7.999999999999995};
constexpr std::array<double, 5> tanh_gelu{-0.0036373920817729943, -0.15428599017485606, 0.149675350701685,
                                          1.3995715769802328, 8.0};
constexpr std::array<double, 5> silu{-0.14227761953270035, -0.1887703343999727, 0.14054412522144952, 1.2263617142904655,
                                     7.997317198956269};

double distance(char const* name, std::array<double, 5> const& wanted) {
    std::vector<float> x(at.begin(), at.end());
    x.insert(x.end(), 16, 1.5f);   // beyond one register
    llava::activate(llava::activation_named(name), x.data(), static_cast<std::int64_t>(x.size()));
    double worst = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        worst = std::max(worst, std::abs(static_cast<double>(x[i]) - wanted[i < 5 ? i : 3]));
    }
    return worst;
}

}   // namespace

TEST_CASE("activation: the functions that config.json names are PyTorch's", "[llava]") {
    CHECK(distance("quick_gelu", quick) < 2e-6);
    CHECK(distance("gelu", gelu) < 2e-6);
    CHECK(distance("gelu_pytorch_tanh", tanh_gelu) < 2e-6);
    CHECK(distance("silu", silu) < 2e-6);
    CHECK_THROWS_AS(llava::activation_named("relu"), llava::io::error);
}

TEST_CASE("activation: far tails neither overflow nor become NaN", "[llava]") {
    std::vector<float> x{-1e30f, -200.0f, 200.0f, 1e30f};
    llava::activate(llava::activation::silu, x.data(), 4);
    CHECK(x[0] == Approx(0.0).margin(1e-6));
    CHECK(x[1] == Approx(0.0).margin(1e-30));
    CHECK(x[2] == 200.0f);
    CHECK(x[3] == 1e30f);
}
