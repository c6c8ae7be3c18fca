// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <intervene/color_map.hpp>
#include <intervene/figure.hpp>

namespace intervene {

/// Which weight has which colour, over finite weights at visible keys.
struct scale {
    double lowest = 0.0, highest = 0.0;   // lowest is 0 unless a weight is negative
    double largest = 0.0;                 // weight there is; above the highest all look like it

    /// The colour of a weight: by its square root above the lowest, so that weights a hundred times apart can be told apart.
    color of(float weight) const noexcept;
    /// The weight at a share of the colour bar.
    double at(double share) const noexcept { return lowest + share * share * (highest - lowest); }
    bool cut() const noexcept { return largest > highest; }
};

/// Ends at the largest weight, or at the 99th percentile where the last hundredth would take more than half of the scale: rows of
/// one visible key have a weight of 1.
scale scale_of(panel const& one);

/// The colours of `first`, if weights that `own` was made for fit in.
scale shared_scale(scale const& first, scale const& own) noexcept;

/// The colours of the cells, row by row.
std::vector<color> cells(panel const& one, scale const& by);

/// Row masses over visible keys; not finite where a row is not.
std::vector<double> doses(panel const& one);

/// A number short enough for an axis: three digits, no trailing zeros.
std::string short_number(double value);

}   // namespace intervene
