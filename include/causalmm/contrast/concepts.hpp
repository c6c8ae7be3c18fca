// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>

#include <causalmm/core/config.hpp>
#include <causalmm/core/status.hpp>

namespace causalmm::inline CAUSALMM_ABI::contrast {

// clang-format off

/// The rows of one step, as a policy may read them before the first token is contrasted: the plausible tokens alone.
///
/// shape   factual(i) and counterfactual(b, i) for i < size() and every branch that reads(b); gone when prepare() returns
/// units   logits, each row up to a constant of its own; step 0 draws the first token
/// errors  all logits are finite
/// source  softmax over the tokens that are left: with plausibility none it is the branch's own distribution
template <class Rows>
concept plausible_rows = requires(Rows const& rows, std::size_t i) {
    { rows.step() } noexcept -> std::same_as<index_t>;
    { rows.size() } noexcept -> std::same_as<std::size_t>;
    { rows.factual(i) } noexcept -> std::same_as<float>;
    { rows.counterfactual(i, i) } noexcept -> std::same_as<float>;
};

namespace detail {

/// Stands for the rows of any step, so that concepts can ask for prepare().
struct some_rows {
    constexpr index_t step() const noexcept { return 0; }
    constexpr std::size_t size() const noexcept { return 0; }
    constexpr float factual(std::size_t /*token*/) const noexcept { return 0.0f; }
    constexpr float counterfactual(std::size_t /*branch*/, std::size_t /*token*/) const noexcept { return 0.0f; }
};

}   // namespace detail

/// HOW logits combine, one token at a time. A policy defines exactly one of:
///
/// contrast(factual, counterfactual[]) -> logit
/// prepare(rows)                       -> f(factual, counterfactual[]) -> logit, for what depends on the step or on whole rows
///
/// shape   one counterfactual logit per branch; `branches` says how many; reads(b) is false if branch b cannot matter
/// units   logits, each row shifted by a constant of its own: the result must not depend on these shifts but by a constant
/// errors  check() names a bad parameter
/// source  contrastive decoding, arXiv:2210.15097; coefficients that sum to one make it shift-invariant
template <class Policy>
concept direct_contrast = requires(Policy const& policy, float factual, std::span<float const> counterfactual) {
    { policy.contrast(factual, counterfactual) } noexcept -> std::same_as<float>;
};
/// A contrast whose verb is prepare, see direct_contrast.
template <class Policy>
concept prepared_contrast = requires(Policy const& policy, detail::some_rows const& rows, float factual,
                                     std::span<float const> counterfactual) {
    { policy.prepare(rows) } noexcept;
    { policy.prepare(rows)(factual, counterfactual) } noexcept -> std::same_as<float>;
};
/// HOW the logits of the branches combine: a copyable struct with a name, a check of its parameters, and one verb.
template <class Policy>
concept contrast_policy = std::copyable<Policy> &&
    requires(Policy const& policy, std::size_t branch) {
        { Policy::name } -> std::convertible_to<std::string_view>;
        { Policy::branches } -> std::convertible_to<std::size_t>;
        { policy.check() } noexcept -> std::same_as<status>;
        { policy.reads(branch) } noexcept -> std::same_as<bool>;
    } &&
    (int{direct_contrast<Policy>} + int{prepared_contrast<Policy>} == 1);

// clang-format on

/// What contrasts the tokens of one step: f(factual, counterfactual[]) -> logit.
template <contrast_policy Policy, plausible_rows Rows>
constexpr auto prepared(Policy const& policy, [[maybe_unused]] Rows const& rows) noexcept {
    if constexpr (prepared_contrast<Policy>) {
        return policy.prepare(rows);
    } else {
        return [&policy](float factual, std::span<float const> counterfactual) noexcept {
            return policy.contrast(factual, counterfactual);
        };
    }
}

}   // namespace causalmm::contrast
