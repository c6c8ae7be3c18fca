// SPDX-License-Identifier: MIT
#include <llava/diffusion.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

#include <causalmm/core/counter_rng.hpp>

namespace llava {
namespace {

/// Four independent standard normal numbers, by Box and Muller.
std::array<float, 4> normals(std::uint64_t block, std::array<std::uint32_t, 2> const& key) {
    auto const words =
        causalmm::philox4x32({static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), 0u, 0u}, key);
    std::array<float, 4> result{};
    for (std::size_t pair = 0; pair < 4; pair += 2) {
        double const radius =
            std::sqrt(-2.0 * std::log((static_cast<double>(words[pair]) + 1.0) * 0x1p-32));   // (0, 1]
        double const angle = 2.0 * std::numbers::pi * static_cast<double>(words[pair + 1]) * 0x1p-32;
        result[pair] = static_cast<float>(radius * std::cos(angle));
        result[pair + 1] = static_cast<float>(radius * std::sin(angle));
    }
    return result;
}

}   // namespace

double diffusion_share(int step) {
    double share = 1.0;
    for (int i = 0; i <= step; ++i) {
        double const beta = (0.005 - 0.00001) / (1.0 + std::exp(6.0 - 12.0 * i / 999.0)) + 0.00001;
        share *= 1.0 - beta;
    }
    return share;
}

std::vector<float> diffuse(std::vector<float> const& pixels, int step, std::uint64_t seed, std::uint64_t sample) {
    double const share = diffusion_share(step);
    auto const keep = static_cast<float>(std::sqrt(share)), add = static_cast<float>(std::sqrt(1.0 - share));
    auto const key = causalmm::stream_key(seed, sample, causalmm::stream::noise);
    std::vector<float> blurred(pixels.size());
    for (std::size_t i = 0; i < pixels.size(); i += 4) {
        auto const noise = normals(i / 4, key);
        for (std::size_t k = i; k < pixels.size() && k < i + 4; ++k) {
            blurred[k] = keep * pixels[k] + add * noise[k - i];
        }
    }
    return blurred;
}

}   // namespace llava
