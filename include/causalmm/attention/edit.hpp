// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <causalmm/core/config.hpp>
#include <causalmm/core/site.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/intervention/concepts.hpp>
#include <causalmm/selection/region.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention {

/// Where in the network, and when, a call computes attention.
///
/// shape   `samples[b]` names the sequence in batch row b; without it every row is sample 0
/// units   `first_query` is the cell on the key axis where query row 0 stands: keys - queries for a causal cache, 0 for a tower
/// errors  none
/// source  see causalmm::site
struct place {
    causalmm::tower tower = causalmm::tower::language;
    index_t layer = 0;
    index_t step = 0;
    index_t first_query = 0;
    std::span<std::uint64_t const> samples{};

    constexpr std::uint64_t sample(index_t batch) const noexcept {
        return samples.empty() ? 0 : samples[static_cast<std::size_t>(batch)];
    }
};

/// An intervention together with where it applies and where the call stands.
///
/// shape   one policy, one region, one place
/// units   none
/// errors  check(): that of the policy, then that of the region
/// source  none
template <intervention::intervention_policy Policy>
struct edit {
    Policy policy{};
    selection::region where{};
    place at{};

    constexpr status check() const noexcept {
        if (status s = policy.check(); !s) { return s; }
        return where.check();
    }
    /// Whether this call's layer is edited at all.
    constexpr bool applies() const noexcept { return where.contains_layer(at.tower, at.layer, at.step); }
};

template <class Policy>
edit(Policy) -> edit<Policy>;
template <class Policy>
edit(Policy, selection::region) -> edit<Policy>;
template <class Policy>
edit(Policy, selection::region, place) -> edit<Policy>;

namespace detail {

/// Stands for the intervention of attention that nobody edits.
struct unedited {
    static constexpr std::string_view name = "unedited";
    constexpr status check() const noexcept { return {}; }
    constexpr intervention::affine_weight affine(row_stats const& /*row*/) const noexcept { return {}; }
};

}   // namespace detail

}   // namespace causalmm::attention
