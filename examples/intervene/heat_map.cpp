// SPDX-License-Identifier: MIT
#include <intervene/heat_map.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>

#include <causalmm/core/finite.hpp>

namespace intervene {
namespace {

/// Calls f(query, key, weight) for the visible keys of every row.
template <class Function>
void for_each_visible(panel const& one, Function const& f) {
    for (index_t q = 0; q < one.queries; ++q) {
        auto const& seen = one.seen[static_cast<std::size_t>(q)];
        for (index_t k = seen.begin; k < seen.end; ++k) {
            f(q, k, one.weights[static_cast<std::size_t>(q * one.keys + k)]);
        }
    }
}

}   // namespace

color scale::of(float weight) const noexcept {
    if (!causalmm::is_finite(weight)) { return not_finite_color; }
    double const range = highest - lowest;
    return magma(range > 0.0 ? std::sqrt(std::max(0.0, (static_cast<double>(weight) - lowest) / range)) : 0.0);
}

scale scale_of(panel const& one) {
    std::vector<float> finite;
    for_each_visible(one, [&](index_t, index_t, float weight) {
        if (causalmm::is_finite(weight)) { finite.push_back(weight); }
    });
    if (finite.empty()) { return {}; }
    auto const [least, greatest] = std::minmax_element(finite.begin(), finite.end());
    double const bottom = static_cast<double>(*least), top = static_cast<double>(*greatest);
    auto const percentile = finite.begin() + static_cast<std::ptrdiff_t>((finite.size() * 99 + 99) / 100 - 1);
    std::nth_element(finite.begin(), percentile, finite.end());
    double const most = static_cast<double>(*percentile);
    bool const cut = most > 0.0 && top > 2.0 * most;
    // A little below zero is the rounding of a difference.
    return {.lowest = bottom < -1e-6 * top ? bottom : 0.0,
            .highest = std::max(0.0, cut ? most : top),
            .largest = std::max(0.0, top)};
}

scale shared_scale(scale const& first, scale const& own) noexcept {
    bool const fits = first.lowest <= own.lowest && own.highest <= first.highest;
    return fits ? scale{.lowest = first.lowest, .highest = first.highest, .largest = own.largest} : own;
}

std::vector<color> cells(panel const& one, scale const& by) {
    std::vector<color> colors(static_cast<std::size_t>(one.queries * one.keys), hidden_color);
    for_each_visible(one, [&](index_t q, index_t k, float weight) {
        colors[static_cast<std::size_t>(q * one.keys + k)] = by.of(weight);
    });
    return colors;
}

std::vector<double> doses(panel const& one) {
    std::vector<double> masses(static_cast<std::size_t>(one.queries), 0.0);
    for_each_visible(one, [&](index_t q, index_t, float weight) {
        masses[static_cast<std::size_t>(q)] += static_cast<double>(weight);
    });
    return masses;
}

std::string short_number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g", value);
    return text.data();
}

}   // namespace intervene
