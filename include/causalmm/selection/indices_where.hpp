// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <type_traits>

#include <causalmm/core/config.hpp>
#include <causalmm/selection/index_set.hpp>

namespace causalmm::inline CAUSALMM_ABI::selection {

/// The indices that a predicate chooses.
///
/// {i : 0 <= i < count and predicate(i)}
///
/// shape   the predicate is asked once for each index, in ascending order
/// units   indices of one axis
/// errors  the set's check(): out_of_capacity if the chosen indices form more than eight runs, bad_parameter if count < 0
/// source  kept as ranges, so that a selection by predicate costs a call what one by ranges costs
template <std::predicate<index_t> Predicate>
constexpr index_set indices_where(index_t count, Predicate const& predicate) noexcept(
    std::is_nothrow_invocable_v<Predicate const&, index_t>) {
    index_set chosen = index_set::none();
    if (count < 0) { chosen.insert({0, count}); }
    for (index_t i = 0; i < count; ++i) {
        if (predicate(i)) { chosen.insert({i, i + 1}); }
    }
    return chosen;
}

}   // namespace causalmm::selection
