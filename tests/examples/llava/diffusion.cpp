// SPDX-License-Identifier: MIT
#include <llava/diffusion.hpp>

#include <cmath>
#include <vector>

#include "catch.hpp"

TEST_CASE("diffusion: the share of the picture is torch.cumprod's of VCD's schedule", "[llava]") {
    CHECK(llava::diffusion_share(0) == Approx(0.9999776616104484).epsilon(1e-9));
    CHECK(llava::diffusion_share(250) == Approx(0.978385691334643).epsilon(1e-9));
    CHECK(llava::diffusion_share(500) == Approx(0.7447985260430766).epsilon(1e-9));
    CHECK(llava::diffusion_share(999) == Approx(0.0812491943039999).epsilon(1e-9));
}

TEST_CASE("diffusion: adds normal noise of variance 1 - A", "[llava]") {
    std::vector<float> const pixels(30001, 2.0f);
    std::vector<float> const blurred = llava::diffuse(pixels, 500, 7, 3);
    double const share = 0.7447985260430766;
    double mean = 0.0, variance = 0.0, inside = 0.0;
    for (float const pixel : blurred) {
        double const noise = (static_cast<double>(pixel) - 2.0 * std::sqrt(share)) / std::sqrt(1.0 - share);
        mean += noise / 30001.0;
        variance += noise * noise / 30001.0;
        inside += std::abs(noise) < 1.0 ? 1.0 / 30001.0 : 0.0;
    }
    CHECK(mean == Approx(0.0).margin(0.025));        // four standard errors: 4 / sqrt(30001)
    CHECK(variance == Approx(1.0).margin(0.035));    // 4 sqrt(2 / 30001)
    CHECK(inside == Approx(0.6827).margin(0.011));   // 4 sqrt(.68 * .32 / 30001)
}

TEST_CASE("diffusion: a function of seed and sample", "[llava]") {
    std::vector<float> const pixels(10, 1.0f);
    CHECK(llava::diffuse(pixels, 500, 1, 2) == llava::diffuse(pixels, 500, 1, 2));
    CHECK(llava::diffuse(pixels, 500, 1, 2) != llava::diffuse(pixels, 500, 2, 2));
    CHECK(llava::diffuse(pixels, 500, 1, 2) != llava::diffuse(pixels, 500, 1, 3));
}
