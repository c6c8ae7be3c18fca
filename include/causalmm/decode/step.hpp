// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include <causalmm/contrast/concepts.hpp>
#include <causalmm/core/config.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/decode/concepts.hpp>
#include <causalmm/plausibility/concepts.hpp>
#include <causalmm/sampling/concepts.hpp>

namespace causalmm::decode {

namespace detail {

struct no_processor {
    constexpr std::size_t operator()(std::span<sampling::candidate> candidates) const noexcept {
        return candidates.size();
    }
};

}   // namespace detail

/// From the logits of all branches to the next token.
///
/// contrast -> plausibility (of the un-contrasted factual row) -> processors -> sampler, computed in the exact order
/// plausibility -> contrast of the survivors -> processors -> sampler
///
/// shape   one row per branch, all of the same length; `scratch` holds that many candidates
/// units   logits
/// errors  bad_parameter, shape_mismatch, empty_support, non_finite_factual (NaN or +inf anywhere in the factual row),
///         non_finite_counterfactual (NaN or infinity at a surviving token, or a contrast that overflows); the token is then no_token
/// source  CausalMM's published sampling loop; the cut can go first because the contrast never revives a token it removed
template <contrast::contrast_policy Contrast, plausibility::plausibility_policy Plausibility,
          sampling::sampler_policy Sampler>
struct step {
    static constexpr std::size_t branches = Contrast::branches;
    using rows = std::array<std::span<float const>, branches>;

    Contrast contrast{};
    Plausibility plausibility{};
    Sampler sampler{};

    constexpr status check() const noexcept {
        if (status s = contrast.check(); !s) { return s; }
        if (status s = plausibility.check(); !s) { return s; }
        return sampler.check();
    }

    /// Draws the token. `process`, which must not throw, may change the surviving candidates' logits, or move those it keeps to
    /// the front, still in ascending order of id; it returns how many stay.
    template <class Processor = detail::no_processor>
    result<token> operator()(std::span<float const> factual, rows const& counterfactual, sampling::draw const& which,
                             std::span<sampling::candidate> scratch, Processor const& process = {}) const noexcept {
        auto const kept = survivors(factual, counterfactual, scratch);
        if (!kept) { return {sampling::no_token, kept.status}; }
        std::span<sampling::candidate> const candidates = scratch.first(kept.value);
        std::size_t const left = process(candidates);
        CAUSALMM_ASSERT(left <= candidates.size());
        return sampler.sample(candidates.first(left), which);
    }

    /// The plausible tokens with their contrasted logits, shifted by a constant, in ascending order of id.
    result<std::size_t> survivors(std::span<float const> factual, rows const& counterfactual,
                                  std::span<sampling::candidate> scratch) const noexcept {
        if (status s = check(); !s) { return {0, s}; }
        if (status s = check_rows(factual, counterfactual, scratch); !s) { return {0, s}; }
        auto const top = largest(factual);
        if (!top) { return {0, top.status}; }
        std::size_t const kept = cut(factual, plausibility.cutoff(top.value), scratch);
        return {kept, contrast_all(counterfactual, top.value, scratch.first(kept))};
    }

  private:
    constexpr status check_rows(std::span<float const> factual, rows const& counterfactual,
                                std::span<sampling::candidate> scratch) const noexcept {
        if (factual.empty()) { return {errc::empty_support, "step: the vocabulary is empty"}; }
        if (scratch.size() < factual.size()) {
            return {errc::shape_mismatch, "step: scratch is smaller than the vocabulary"};
        }
        for (std::size_t b = 0; b < branches; ++b) {
            if (contrast.reads(b) && counterfactual[b].size() != factual.size()) {
                return {errc::shape_mismatch, "step: a counterfactual row is not as long as the factual one"};
            }
        }
        return {};
    }

    static constexpr result<float> largest(std::span<float const> row) noexcept {
        auto const count = static_cast<index_t>(row.size());
        auto const logit = [data = row.data()](index_t i) { return data[i]; };
        auto const foul = [logit](index_t i) { return is_finite(logit(i)) || is_minus_infinity(logit(i)) ? 0u : 1u; };
        if (causalmm::detail::reduce(count, 0u, foul, [](unsigned a, unsigned b) { return a | b; }) != 0u) {
            return {0.0f, {errc::non_finite_factual, "step: the factual row holds NaN or +infinity"}};
        }
        float const top = causalmm::detail::reduce(count, minus_infinity(), logit, causalmm::detail::larger{});
        if (is_minus_infinity(top)) { return {0.0f, {errc::empty_support, "step: every token is forbidden"}}; }
        return {top, {}};
    }

    static constexpr std::size_t cut(std::span<float const> factual, float cutoff,
                                     std::span<sampling::candidate> kept) noexcept {
        constexpr std::size_t block = 256;   // their maximum, a few vector operations, mostly rules all of them out
        std::size_t count = 0;
        for (std::size_t from = 0; from < factual.size(); from += block) {
            std::size_t const end = std::min(from + block, factual.size());
            float const top = causalmm::detail::reduce(
                static_cast<index_t>(end - from), minus_infinity(),
                [logits = factual.data() + from](index_t i) { return logits[i]; }, causalmm::detail::larger{});
            for (std::size_t i = from; top >= cutoff && i < end; ++i) {
                if (factual[i] >= cutoff && !is_minus_infinity(factual[i])) {
                    kept[count++] = {static_cast<token>(i), factual[i]};
                }
            }
        }
        return count;
    }

    /// Contrasts rows from which their own maximum over the survivors is taken: only a constant changes, and nothing overflows.
    constexpr status contrast_all(rows const& counterfactual, float top,
                                  std::span<sampling::candidate> kept) const noexcept {
        std::array<float, branches> tops{};
        for (std::size_t b = 0; b < branches; ++b) {
            if (!contrast.reads(b)) { continue; }
            tops[b] = minus_infinity();
            for (sampling::candidate const& each : kept) {
                float const logit = counterfactual[b][static_cast<std::size_t>(each.id)];
                if (!is_finite(logit)) {
                    return {errc::non_finite_counterfactual,
                            "step: a counterfactual logit is NaN or infinite at a plausible token"};
                }
                tops[b] = logit > tops[b] ? logit : tops[b];
            }
        }
        bool good = true;
        for (sampling::candidate& each : kept) {
            float const factual = each.logit - top;
            std::array<float, branches> logits{};
            for (std::size_t b = 0; b < branches; ++b) {
                bool const read = contrast.reads(b);
                logits[b] = read ? counterfactual[b][static_cast<std::size_t>(each.id)] - tops[b] : factual;
            }
            each.logit = contrast.contrast(factual, logits);
            good = good && (is_finite(each.logit) || is_minus_infinity(each.logit));
        }
        if (!good) { return {errc::non_finite_counterfactual, "step: the contrast of a plausible token is no float"}; }
        return {};
    }
};

}   // namespace causalmm::decode
