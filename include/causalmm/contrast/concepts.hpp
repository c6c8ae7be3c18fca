// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>

#include <causalmm/core/status.hpp>

namespace causalmm::contrast {

/// HOW logits combine, one token at a time.
///
/// contrast(factual, counterfactual[]) -> logit
///
/// shape   one counterfactual logit per branch; `branches` says how many; reads(b) is false if branch b cannot matter
/// units   logits, each row shifted by a constant of its own: the result must not depend on these shifts but by a constant
/// errors  check() names a bad parameter
/// source  contrastive decoding, arXiv:2210.15097; coefficients that sum to one make it shift-invariant
// clang-format off
template <class Policy>
concept contrast_policy = std::copyable<Policy> &&
    requires(Policy const& policy, float factual, std::span<float const> counterfactual, std::size_t branch) {
        { Policy::name } -> std::convertible_to<std::string_view>;
        { Policy::branches } -> std::convertible_to<std::size_t>;
        { policy.check() } noexcept -> std::same_as<status>;
        { policy.reads(branch) } noexcept -> std::same_as<bool>;
        { policy.contrast(factual, counterfactual) } noexcept -> std::same_as<float>;
    };
// clang-format on

}   // namespace causalmm::contrast
