// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

#include <causalmm/attention/visible_keys.hpp>
#include <causalmm/core/dtype.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/site.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/intervention/concepts.hpp>

namespace causalmm::attention::detail {

/// One row of a pattern in memory; a compile-time unit stride lets the loops below vectorize.
template <scalar T, bool Contiguous>
struct pattern_row {
    T* data;
    index_t stride;

    constexpr T& at(index_t cell) const noexcept { return data[Contiguous ? cell : cell * stride]; }
    constexpr float get(index_t cell) const noexcept { return static_cast<float>(at(cell)); }
    constexpr void set(index_t cell, float w) const noexcept { at(cell) = static_cast<T>(w); }
};

/// Largest weight and mass, gathered in lanes so that the loops vectorize without -ffast-math. Four weights are added as
/// floats before they enter the double sum: a quarter of the conversions, an error of at most 2^-23, none in a flat row.
struct tally {
    static constexpr index_t lanes = 32;
    float largest[lanes] = {};
    double mass[lanes] = {};

    template <class Row>
    constexpr void add(Row row, index_t cell, index_t const end) noexcept {
        causalmm::detail::larger const larger{};
        for (; cell + 4 * lanes <= end; cell += 4 * lanes) {
            for (index_t lane = 0; lane < lanes; ++lane) {
                float const a = row.get(cell + lane);
                float const b = row.get(cell + lane + lanes);
                float const c = row.get(cell + lane + 2 * lanes);
                float const d = row.get(cell + lane + 3 * lanes);
                largest[lane] = larger(largest[lane], larger(larger(a, b), larger(c, d)));
                mass[lane] += static_cast<double>((a + b) + (c + d));
            }
        }
        while (cell < end) {
            index_t const rest = std::min(lanes, end - cell);
            for (index_t lane = 0; lane < rest; ++lane) {
                largest[lane] = larger(largest[lane], row.get(cell + lane));
                mass[lane] += static_cast<double>(row.get(cell + lane));
            }
            cell += rest;
        }
    }
};

/// Largest weight, mass and mean of the keys in `keys`.
template <class Row>
constexpr row_stats measure(Row row, visible_keys const& keys) noexcept {
    tally sums;
    for (std::size_t i = 0; i < keys.count; ++i) { sums.add(row, keys.ranges[i].begin, keys.ranges[i].end); }
    row_stats stats{.visible = keys.total, .max_prob = 0.0f, .mass = 0.0, .mean = 0.0};
    for (index_t width = tally::lanes / 2; width > 0; width /= 2) {
        for (index_t lane = 0; lane < width; ++lane) {
            sums.largest[lane] = causalmm::detail::larger{}(sums.largest[lane], sums.largest[lane + width]);
            sums.mass[lane] += sums.mass[lane + width];
        }
    }
    stats.max_prob = sums.largest[0];
    stats.mass = sums.mass[0];
    if (keys.total > 0) { stats.mean = stats.mass / static_cast<double>(keys.total); }
    return stats;
}

template <class Row>
constexpr void scale_add(Row row, visible_keys const& keys, intervention::affine_weight const edit) noexcept {
    if (edit == intervention::affine_weight{}) { return; }   // identity keeps every bit
    for (std::size_t i = 0; i < keys.count; ++i) {
        for (index_t cell = keys.ranges[i].begin; cell < keys.ranges[i].end; ++cell) {
            row.set(cell, edit.a + edit.b * row.get(cell));
        }
    }
}

template <class Row, class Weight>
constexpr void replace(Row row, visible_keys const& keys, Weight const& weight) noexcept {
    for (std::size_t i = 0; i < keys.count; ++i) {
        index_t cell = keys.ranges[i].begin;
        index_t const end = keys.ranges[i].end;
        if constexpr (requires(float* chunk) { weight.chunk(cell, chunk); }) {
            constexpr index_t size = 64;
            float chunk[size];
            while (cell < end) {
                index_t const position = cell - keys.origin;
                index_t const first = position - position % size;
                index_t const stop = std::min(end, first + size + keys.origin);
                weight.chunk(first, chunk);
                for (index_t from = first + keys.origin; cell < stop; ++cell) { row.set(cell, chunk[cell - from]); }
            }
        } else {
            for (; cell < end; ++cell) { row.set(cell, weight(cell - keys.origin, row.get(cell))); }
        }
    }
}

/// Scales the row to `mass`; a row without mass, or with more than the element type holds, becomes uniform.
template <class Row>
constexpr void restore(Row row, visible_keys const& keys, double mass) noexcept {
    double const left = measure(row, keys).mass;
    if (left > 0.0 && is_finite(left)) {
        double const factor = mass / left;   // no float if the weights are subnormal
        replace(row, keys, [factor](index_t, float w) { return static_cast<float>(factor * static_cast<double>(w)); });
    } else {
        scale_add(row, keys, {.a = static_cast<float>(mass / static_cast<double>(keys.total)), .b = 0.0f});
    }
}

template <class Row, class Swaps>
constexpr void permute(Row row, visible_keys const& keys, Swaps swaps) noexcept {
    for (index_t i = 1; i < keys.total; ++i) { std::swap(row.at(keys.cell(i)), row.at(keys.cell(swaps(i)))); }
}

/// Applies one policy to one row; `stats` are those of the policy's scope. False if the row holds NaN or infinity.
template <class Policy, class Row>
constexpr bool edit_row(Policy const& policy, Row row, visible_keys const& keys, row_stats const& stats,
                        site const& where) noexcept {
    if (!is_finite(stats.mass)) { return false; }
    if constexpr (intervention::index_policy<Policy>) {
        permute(row, keys, policy.swaps(where));
    } else if constexpr (intervention::affine_policy<Policy>) {
        scale_add(row, keys, policy.affine(stats));
    } else {
        replace(row, keys, policy.weight(stats, where));
        if constexpr (intervention::restores_mass<Policy>) { restore(row, keys, stats.mass); }
    }
    return true;
}

}   // namespace causalmm::attention::detail
