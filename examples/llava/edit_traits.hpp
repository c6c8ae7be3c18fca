// SPDX-License-Identifier: MIT
#pragma once

#include <variant>

#include <llava/attend.hpp>

namespace llava {

/// Whether a policy does the same to every sample, whatever its seed. An affine one is told the statistics of a row and no more; any
/// other is told the site, the sample with it, and counts as one that looks unless it is named here.
template <class Policy>
inline constexpr bool samples_alike = causalmm::intervention::affine_policy<Policy>;
template <>
inline constexpr bool samples_alike<causalmm::intervention::knockout> = true;
template <>
inline constexpr bool samples_alike<causalmm::intervention::amplified> = true;
template <>
inline constexpr bool samples_alike<causalmm::intervention::tempered> = true;

inline bool edits_samples_alike(edit const& change) noexcept {
    return std::visit([]<class Policy>(Policy const&) { return samples_alike<Policy>; }, change.policy);
}

/// Whether a row's edit takes no account of other rows, as one of whole maps does: then a prompt's rows need not run together.
inline bool edits_rows_apart(edit const& change) noexcept {
    using causalmm::intervention::scope;
    return std::visit([](auto const& policy) { return scope_of(policy) == scope::row; }, change.policy);
}

}   // namespace llava
