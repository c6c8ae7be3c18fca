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
        return draw(scratch.first(kept.value), which, process);
    }

    /// The plausible tokens with their contrasted logits, shifted by a constant, in ascending order of id.
    result<std::size_t> survivors(std::span<float const> factual, rows const& counterfactual,
                                  std::span<sampling::candidate> scratch) const noexcept {
        for (std::size_t b = 0; b < branches; ++b) {
            if (contrast.reads(b) && counterfactual[b].size() != factual.size()) {
                return {0, {errc::shape_mismatch, "step: a counterfactual row is not as long as the factual one"}};
            }
        }
        auto const kept = cut(factual, scratch);
        if (!kept) { return kept; }
        std::span<sampling::candidate> const candidates = scratch.first(kept.value);
        return {kept.value, combine(candidates, [&](std::size_t b, std::size_t i) noexcept {
                    return counterfactual[b][static_cast<std::size_t>(candidates[i].id)];
                })};
    }

    // The three parts of a step, for those who compute counterfactual logits only where they are needed: cut, combine, draw.

    /// The plausible tokens with their factual logits, in ascending order of id.
    result<std::size_t> cut(std::span<float const> factual, std::span<sampling::candidate> scratch) const noexcept {
        if (status s = check(); !s) { return {0, s}; }
        if (factual.empty()) { return {0, {errc::empty_support, "step: the vocabulary is empty"}}; }
        if (scratch.size() < factual.size()) {
            return {0, {errc::shape_mismatch, "step: scratch is smaller than the vocabulary"}};
        }
        auto const top = largest(factual);
        if (!top) { return {0, top.status}; }
        return {compact(factual, plausibility.cutoff(top.value), scratch), {}};
    }

    /// Whether branch b can change what is drawn when so many tokens survived the cut: one survivor is drawn whatever it says.
    constexpr bool reads(std::size_t b, std::size_t kept) const noexcept { return kept > 1 && contrast.reads(b); }

    /// Whether any branch can.
    constexpr bool needs_contrast(std::size_t kept) const noexcept {
        for (std::size_t b = 0; b < branches; ++b) {
            if (reads(b, kept)) { return true; }
        }
        return false;
    }

    /// Contrasts what cut() left, in place. logit(b, i) is the one of branch b at candidate i; where reads() says no, the branch's
    /// shifted logits count as the factual ones, which is what a single candidate's are.
    ///
    /// Each row has its own maximum over the candidates taken from it: only a constant changes, and nothing overflows.
    template <class Logit>
    constexpr status combine(std::span<sampling::candidate> kept, Logit const& logit) const noexcept {
        std::array<float, branches> tops{};
        float top = minus_infinity();
        for (sampling::candidate const& each : kept) { top = each.logit > top ? each.logit : top; }
        for (std::size_t b = 0; b < branches; ++b) {
            tops[b] = minus_infinity();
            for (std::size_t i = 0; i < kept.size() && reads(b, kept.size()); ++i) {
                float const other = logit(b, i);
                if (!is_finite(other)) {
                    return {errc::non_finite_counterfactual,
                            "step: a counterfactual logit is NaN or infinite at a plausible token"};
                }
                tops[b] = other > tops[b] ? other : tops[b];
            }
        }
        bool good = true;
        for (std::size_t i = 0; i < kept.size(); ++i) {
            float const factual = kept[i].logit - top;
            std::array<float, branches> others{};
            for (std::size_t b = 0; b < branches; ++b) {
                others[b] = reads(b, kept.size()) ? logit(b, i) - tops[b] : factual;
            }
            kept[i].logit = contrast.contrast(factual, others);
            good = good && (is_finite(kept[i].logit) || is_minus_infinity(kept[i].logit));
        }
        if (!good) { return {errc::non_finite_counterfactual, "step: the contrast of a plausible token is no float"}; }
        return {};
    }

    /// The token of contrasted candidates.
    template <class Processor = detail::no_processor>
    result<token> draw(std::span<sampling::candidate> candidates, sampling::draw const& which,
                       Processor const& process = {}) const noexcept {
        std::size_t const left = process(candidates);
        CAUSALMM_ASSERT(left <= candidates.size());
        return sampler.sample(candidates.first(left), which);
    }

  private:
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

    static constexpr std::size_t compact(std::span<float const> factual, float cutoff,
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
};

}   // namespace causalmm::decode
