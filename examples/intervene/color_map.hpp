// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace intervene {

/// 8-bit RGB.
using color = std::array<std::uint8_t, 3>;

/// A perceptually uniform colour of a share in [0, 1], from black over violet and orange to pale yellow: equal steps of the share
/// look like equal steps, in print without colour too.
///
/// source  magma of matplotlib (van der Walt and Smith, CC0) at ten places, between them linear
inline color magma(double share) noexcept {
    static constexpr std::array<color, 10> anchors{{{0x00, 0x00, 0x04},
                                                    {0x18, 0x0f, 0x3e},
                                                    {0x45, 0x10, 0x77},
                                                    {0x72, 0x1f, 0x81},
                                                    {0x9f, 0x2f, 0x7f},
                                                    {0xcd, 0x40, 0x71},
                                                    {0xf1, 0x60, 0x5d},
                                                    {0xfd, 0x95, 0x67},
                                                    {0xfe, 0xc9, 0x8d},
                                                    {0xfc, 0xfd, 0xbf}}};
    double const place = std::clamp(share, 0.0, 1.0) * static_cast<double>(anchors.size() - 1);
    auto const left = std::min(static_cast<std::size_t>(place), anchors.size() - 2);
    double const right_share = place - static_cast<double>(left);
    color mixed{};
    for (std::size_t i = 0; i < mixed.size(); ++i) {
        double const from = anchors[left][i], to = anchors[left + 1][i];
        mixed[i] = static_cast<std::uint8_t>(std::lround(from + right_share * (to - from)));
    }
    return mixed;
}

inline constexpr color hidden_color{0xff, 0xff, 0xff};       // a key that the query does not see
inline constexpr color not_finite_color{0x2a, 0xa1, 0x98};   // NaN and infinity: a hue that the map has not

}   // namespace intervene
