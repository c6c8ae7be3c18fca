// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include <causalmm/core/counter_rng.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::intervention {

/// Counterfactual attention drawn at random, without a look at queries and keys.
///
/// w'(q,k) = scale u(seed, sample, tower, layer, head, q, k),  u uniform in (0, 1), to sixteen bits
///
/// shape   any pattern
/// units   weight; the row sums to scale * visible / 2 on average, so wrap it in `renormalized` to keep the mass
/// errors  bad_parameter: scale is negative or not finite
/// source  CausalMM arXiv:2410.04780, edit_attention uses scale 2, random_attention divides by the row sum
struct random {
    static constexpr std::string_view name = "random";

    std::uint64_t seed = 0;
    float scale = 1.0f;

    constexpr status check() const noexcept {
        if (!is_finite(scale) || scale < 0.0f) {
            return {errc::bad_parameter, "random: scale is negative or not finite"};
        }
        return {};
    }

    /// One row's weights; `chunk` and `rows` give 128 at once, of 128 keys or of 16 rows, the same numbers as one at a time.
    struct row_weights {
        row_draws draws;
        float scale;

        CAUSALMM_HD constexpr float operator()(index_t key, float /*w*/) const noexcept { return draws(key, scale); }
        void chunk(index_t first, float* weights) const noexcept { draws.chunk(first, weights, scale); }
        void rows(index_t key, float* weights, index_t stride) const noexcept {
            draws.rows(key, weights, stride, scale);
        }
    };
    CAUSALMM_HD constexpr row_weights weight(row_stats const& /*row*/, site const& where) const noexcept {
        return {.draws = row_draws{seed, where}, .scale = scale};
    }
};

}   // namespace causalmm::intervention
