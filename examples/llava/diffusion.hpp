// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

namespace llava {

/// Visual contrastive decoding's picture: pixel values after `step` of 1000 steps of a diffusion.
///
/// x' = sqrt(A) x + sqrt(1 - A) n,  A = product of (1 - beta_i) for i <= step,  beta_i = sigmoid(-6 + 12 i / 999) (0.005 - 0.00001) + 0.00001
///
/// The normal numbers n are a function of (seed, sample, place).
///
/// source  VCD, arXiv:2311.16922, vcd_add_noise.py
std::vector<float> diffuse(std::vector<float> const& pixels, int step, std::uint64_t seed, std::uint64_t sample);

/// The share A of a picture's variance that is left after `step`, 0 <= step <= 999.
double diffusion_share(int step);

}   // namespace llava
