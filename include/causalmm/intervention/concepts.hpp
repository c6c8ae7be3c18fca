// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <causalmm/core/config.hpp>
#include <causalmm/core/site.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/core/status.hpp>

namespace causalmm::inline CAUSALMM_ABI::intervention {

/// An edit of a row that needs no weight but its own: w' = a + b w on visible keys.
///
/// z' = a sum_visible V + b z;  dose = a visible + b mass
///
/// shape   two coefficients a row
/// units   a in attention probability, b without unit
/// errors  none
/// source  linearity: sum_k (a + b w(k)) V(k) = a sum_k V(k) + b z
struct affine_weight {
    float a = 0.0f;
    float b = 1.0f;

    friend CAUSALMM_HD constexpr bool operator==(affine_weight const&, affine_weight const&) noexcept = default;
};

/// Row mass that an affine edit leaves.
///
/// dose = a visible + b mass
///
/// shape   one row
/// units   attention probability
/// errors  none
/// source  the sum of w' = a + b w over the visible keys
CAUSALMM_HD constexpr double dose(affine_weight const& weight, row_stats const& row) noexcept {
    return static_cast<double>(weight.a) * static_cast<double>(row.visible) + static_cast<double>(weight.b) * row.mass;
}

/// Over what a policy takes its maximum or mean, or shuffles: each row by itself, or the whole map of a head.
///
/// shape   one byte; over a map, row_stats hold the map's maximum and mean beside the row's visible keys and mass
/// units   none
/// errors  none
/// source  CausalMM's language functions work on rows, its vision functions on whole maps
enum class scope : std::uint8_t { row, map };

// clang-format off

/// The four verbs. A policy defines exactly one; everything else is derived from it.
///
/// affine(row)         -> {a, b}: w' = a + b w
/// weight(row, site)   -> f(key, w) -> w'
/// score(site)         -> f(key, s) -> s', before the softmax
/// swaps(site)         -> f(i) -> j <= i: swap(w[i], w[j]) for i = 1, 2, ... permutes the visible keys
///
/// shape   the closure is built once a row (swaps: once a row or map) and called once a key; site.key is not set
/// units   weights are probabilities, scores natural logarithms
/// errors  none: check() has been called before
/// source  prob_mod and score_mod of ONNX's and PyTorch's FlexAttention, built once a row as FlashInfer's variants are
template <class Policy>
concept affine_policy = requires(Policy const& policy, row_stats const& row) {
    { policy.affine(row) } noexcept -> std::same_as<affine_weight>;
};
/// A policy whose verb is weight, see affine_policy.
template <class Policy>
concept weight_policy = requires(Policy const& policy, row_stats const& row, site const& where, index_t key, float w) {
    { policy.weight(row, where)(key, w) } noexcept -> std::same_as<float>;
};
/// A weight policy that looks at no weight: chunk(first, w) gives 128 keys of its row, rows(key, w, stride) eight keys of 16 rows, see row_draws.
template <class Policy>
concept drawn_policy = weight_policy<Policy> &&
    requires(Policy const& policy, row_stats const& row, site const& where, index_t key, float* w) {
        { policy.weight(row, where).chunk(key, w) } noexcept;
        { policy.weight(row, where).rows(key, w, key) } noexcept;
    };
/// A policy whose verb is score, see affine_policy.
template <class Policy>
concept score_policy = requires(Policy const& policy, site const& where, index_t key, float s) {
    { policy.score(where)(key, s) } noexcept -> std::same_as<float>;
};
/// A policy whose verb is swaps, see affine_policy.
template <class Policy>
concept index_policy = requires(Policy const& policy, site const& where, index_t i) {
    { policy.swaps(where)(i) } noexcept -> std::same_as<index_t>;
};

/// Several policies applied one after the other.
template <class Policy>
concept chained_policy = requires(Policy const& policy) { policy.policies; };

/// WHAT is done to an attention pattern: a copyable struct with a name, a check of its parameters, and one verb.
template <class Policy>
concept intervention_policy = std::copyable<Policy> &&
    requires(Policy const& policy) {
        { Policy::name } -> std::convertible_to<std::string_view>;
        { policy.check() } noexcept -> std::same_as<status>;
    } &&
    (int{affine_policy<Policy>} + int{weight_policy<Policy>} + int{score_policy<Policy>} + int{index_policy<Policy>} +
         int{chained_policy<Policy>} == 1);

// clang-format on

/// The scope of a policy: its member `over`, that of the policy it wraps, or the row.
template <class Policy>
CAUSALMM_HD constexpr scope scope_of(Policy const& policy) noexcept {
    if constexpr (requires { policy.over; }) {
        return policy.over;
    } else if constexpr (requires { policy.policy; }) {
        return scope_of(policy.policy);
    } else {
        return scope::row;
    }
}

/// Whether edited rows are scaled back to the mass they had.
template <class Policy>
inline constexpr bool restores_mass = requires {
    requires Policy::restores_mass;
};

}   // namespace causalmm::intervention
