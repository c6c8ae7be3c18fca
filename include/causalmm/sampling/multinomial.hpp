// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include <causalmm/core/config.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/lanes.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/sampling/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::sampling {

namespace detail {

/// The weights exp(l - max l) of candidates, a chunk at a time.
struct candidate_weights {
    static constexpr std::size_t chunk = 64;

    std::span<candidate const> candidates;
    float top;

    explicit candidate_weights(std::span<candidate const> all) noexcept
        : candidates{all},
          top{causalmm::detail::reduce(
              static_cast<index_t>(all.size()), all[0].logit,
              [all](index_t i) { return all[static_cast<std::size_t>(i)].logit; }, causalmm::detail::larger{})} {}

    /// Those from `first` on; 0 behind the last candidate.
    std::array<float, chunk> at(std::size_t first) const noexcept {
        std::array<float, chunk> weights;
        std::size_t const count = std::min(candidates.size() - first, weights.size());
        for (std::size_t i = 0; i < count; ++i) { weights[i] = candidates[first + i].logit - top; }
        for (std::size_t i = count; i < weights.size(); ++i) { weights[i] = minus_infinity(); }
        for (index_t i = 0; i < index_t{chunk}; i += lane_count) {
            store_lanes(weights.data() + i, exponential(load_lanes(weights.data() + i)));
        }
        return weights;
    }
    /// Their sum, in eight parts that do not depend on the width of registers.
    double sum(std::size_t first) const noexcept {
        std::array<float, chunk> const weights = at(first);
        double parts[8] = {};
        for (std::size_t i = 0; i < weights.size(); ++i) { parts[i % 8] += static_cast<double>(weights[i]); }
        return ((parts[0] + parts[4]) + (parts[2] + parts[6])) + ((parts[1] + parts[5]) + (parts[3] + parts[7]));
    }
};

}   // namespace detail

/// Draws a token with its probability.
///
/// the first i with sum_{j <= i} exp(l_j - max l) > u sum_j exp(l_j - max l)
///
/// shape   at least one candidate
/// units   logits; weights are floats, 0 below exp(-87.3); sums run in double, so 150,000 equal tokens still add up to one
/// errors  none: the policy has no parameters
/// source  inverse transform sampling; a token of probability zero is never drawn
struct multinomial {
    static constexpr std::string_view name = "multinomial";

    constexpr status check() const noexcept { return {}; }
    static token choose(std::span<candidate const> candidates, draw const& which) noexcept {
        detail::candidate_weights const weights{candidates};
        std::size_t block = detail::candidate_weights::chunk;
        std::array<double, 256> sums;
        while (candidates.size() > block * sums.size()) { block *= 2; }
        double total = 0.0;
        for (std::size_t first = 0; first < candidates.size(); first += block) {
            double& sum = sums[first / block] = 0.0;
            std::size_t const end = std::min(first + block, candidates.size());
            for (std::size_t part = first; part < end; part += weights.chunk) { sum += weights.sum(part); }
            total += sum;
        }
        double const threshold = which.unit() * total;
        double before = 0.0;
        std::size_t chosen = 0;   // the block where the threshold is passed, or the last that holds a token at all
        for (std::size_t first = 0; first < candidates.size(); first += block) {
            double const sum = sums[first / block];
            if (!(sum > 0.0)) { continue; }
            chosen = first;
            if (before + sum > threshold) { break; }
            before += sum;
        }
        return walk(weights, chosen, std::min(chosen + block, candidates.size()), threshold - before);
    }

  private:
    /// The first token of [first, last) at which the sum of weights passes the threshold, or the last of positive weight.
    static token walk(detail::candidate_weights const& weights, std::size_t first, std::size_t last,
                      double threshold) noexcept {
        double cumulative = 0.0;
        token found = no_token;
        for (; first < last; first += weights.chunk) {
            auto const some = weights.at(first);
            for (std::size_t i = 0; i < some.size() && first + i < last; ++i) {
                if (!(some[i] > 0.0f)) { continue; }
                cumulative += static_cast<double>(some[i]);
                found = weights.candidates[first + i].id;
                if (cumulative > threshold) { return found; }
            }
        }
        return found;
    }
};

}   // namespace causalmm::sampling
