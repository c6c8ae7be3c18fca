// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <type_traits>
#include <vector>

#include <causalmm/attention/edit.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/intervention/knockout.hpp>
#include <causalmm/intervention/tempered.hpp>
#include <causalmm/visibility/concepts.hpp>
#include <intervene/pattern.hpp>

namespace intervene {

/// How much of its scores a policy needs: a pattern gives them but for a constant of each row, log w = s - lse, and the softmax
/// does not see a constant that is added to a whole row.
enum class known_scores : std::uint8_t { none_needed, but_for_a_constant, all_needed };

template <class Policy>
constexpr known_scores needed_scores =
    std::is_same_v<Policy, causalmm::intervention::knockout>   ? known_scores::none_needed
    : std::is_same_v<Policy, causalmm::intervention::tempered> ? known_scores::but_for_a_constant
                                                               : known_scores::all_needed;

/// A row of a pattern whose scores are edited; `first` is the cell of weights[0].
struct score_row {
    std::vector<float> weights;
    index_t first = 0;
    double mass = 0.0;

    /// Reads the visible keys; false if a weight is negative or not finite.
    template <class T>
    bool read(causalmm::tensor_view<T, 1> const& row, causalmm::visibility::key_range const& seen) {
        weights.clear();
        first = seen.begin;
        mass = 0.0;
        for (index_t key = seen.begin; key < seen.end; ++key) {
            weights.push_back(static_cast<float>(row(key)));
            mass += static_cast<double>(weights.back());
            if (!causalmm::is_finite(weights.back()) || weights.back() < 0.0f) { return false; }
        }
        return true;
    }

    /// Edits the scores at the keys of a set; false if only a part of the row is selected.
    template <class Score>
    bool edit(Score const& score, causalmm::selection::index_set const& keys) {
        bool whole = true;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            index_t const key = first + static_cast<index_t>(i);
            float const s = weights[i] > 0.0f ? std::log(weights[i]) : causalmm::minus_infinity();
            weights[i] = keys.contains(key) ? score(key, s) : s;
            whole = whole && keys.contains(key);
        }
        causalmm::softmax(weights.data(), static_cast<index_t>(weights.size()));
        return whole;
    }

    /// Gives the row the mass back that it had, which storage may have rounded away from 1.
    template <class T>
    void write(causalmm::tensor_view<T, 1> const& row) const {
        for (std::size_t i = 0; i < weights.size(); ++i) {
            row(first + static_cast<index_t>(i)) = static_cast<T>(static_cast<float>(mass) * weights[i]);
        }
    }
};

/// A policy on scores, applied to a pattern: w' = w exp(s' - s), normalized to the mass of the row.
///
/// errors  unsupported if the pattern says too little of its scores; non_finite_factual if a row holds NaN, infinity or a negative
///         weight
template <class Policy, causalmm::scalar T, causalmm::visibility::visibility_policy Visibility>
causalmm::status edit_scores(causalmm::attention::edit<Policy> const& edit, causalmm::tensor_view<T, 4> const& maps,
                             Visibility const& visibility) {
    using enum causalmm::errc;
    if (causalmm::status s = edit.check(); !s) { return s; }
    if (causalmm::status s = visibility.check(maps.extent(0), maps.extent(3)); !s) { return s; }
    if (needed_scores<Policy> == known_scores::all_needed) {
        return {unsupported, "this policy needs the scores themselves, which a pattern no longer holds"};
    }
    score_row row;
    for (index_t b = 0; b < maps.extent(0); ++b) {
        for (index_t h = 0; h < maps.extent(1); ++h) {
            for (index_t q = 0; q < maps.extent(2); ++q) {
                index_t const position = edit.at.first_query + q;
                auto const seen = visibility.keys(b, q, maps.extent(3));
                if (seen.size() == 0 || !edit.where.contains_row(h, position)) { continue; }
                if (!row.read(maps.slice(b, h, q), seen)) {
                    return {non_finite_factual, "a row holds NaN, infinity or a negative weight"};
                }
                auto const score = edit.policy.score({.sample = edit.at.sample(b),
                                                      .tower = edit.at.tower,
                                                      .layer = edit.at.layer,
                                                      .head = h,
                                                      .query = position});
                bool const whole = row.edit(score, edit.where.keys);
                if (needed_scores<Policy> == known_scores::but_for_a_constant && !whole) {
                    return {unsupported,
                            "this policy on some keys of a row needs the scores themselves, which a pattern "
                            "no longer holds"};
                }
                row.write(maps.slice(b, h, q));
            }
        }
    }
    return {};
}

}   // namespace intervene
