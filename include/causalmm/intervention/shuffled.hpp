// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include <causalmm/core/counter_rng.hpp>
#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::intervention {

/// Counterfactual attention with the right weights at the wrong keys.
///
/// w'(q, pi(k)) = w(q,k) with pi a permutation of the visible keys of the row, or of all visible entries of the map
///
/// shape   any pattern; rows of a head that see the same keys share pi, and pi of n + 1 keys extends pi of n
/// units   attention probability; rows (over = map: maps) keep their weights bit for bit, so also their mass
/// errors  none; a map of more than 2^32 visible entries is refused by the call as unsupported
/// source  CausalMM arXiv:2410.04780, edit_attention permutes whole maps; its Gemma port permutes rows
struct shuffled {
    static constexpr std::string_view name = "shuffled";

    std::uint64_t seed = 0;
    scope over = scope::row;

    constexpr status check() const noexcept { return {}; }
    CAUSALMM_HD constexpr transpositions swaps(site const& where) const noexcept { return {seed, where}; }
};

}   // namespace causalmm::intervention
