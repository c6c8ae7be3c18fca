// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <causalmm/contrast/concepts.hpp>
#include <causalmm/core/block_maxima.hpp>
#include <causalmm/core/config.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/decode/concepts.hpp>
#include <causalmm/plausibility/concepts.hpp>
#include <causalmm/sampling/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

namespace detail {

struct no_processor {
    constexpr std::size_t operator()(std::span<sampling::candidate> candidates) const noexcept {
        return candidates.size();
    }
    template <class Beam>
    constexpr std::size_t operator()(Beam const& /*beam*/, std::span<sampling::candidate> candidates) const noexcept {
        return candidates.size();
    }
};

/// What a contrast may read while it prepares itself: the candidates, whose logits are still the factual ones.
template <class Logit>
struct candidate_rows {
    std::span<sampling::candidate const> kept;
    Logit const& logit;
    index_t now;

    constexpr index_t step() const noexcept { return now; }
    constexpr std::size_t size() const noexcept { return kept.size(); }
    constexpr float factual(std::size_t i) const noexcept { return kept[i].logit; }
    constexpr float counterfactual(std::size_t b, std::size_t i) const noexcept { return logit(b, i); }
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
///         non_finite_counterfactual (NaN or infinity at a surviving token, or a contrast that overflows); the token is then no_token,
///         and what a host that goes on takes instead is its own choice: tests/decode/step_fallback.cpp shows some
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
        auto const kept = survivors(factual, counterfactual, scratch, static_cast<index_t>(which.step));
        if (!kept) { return {sampling::no_token, kept.status}; }
        return draw(scratch.first(kept.value), which, process);
    }

    /// The plausible tokens of step `now` with their contrasted logits, shifted by a constant, in ascending order of id.
    result<std::size_t> survivors(std::span<float const> factual, rows const& counterfactual,
                                  std::span<sampling::candidate> scratch, index_t now = 0) const noexcept {
        for (std::size_t b = 0; b < branches; ++b) {
            if (contrast.reads(b) && counterfactual[b].size() != factual.size()) {
                return {0, {errc::shape_mismatch, "step: a counterfactual row is not as long as the factual one"}};
            }
        }
        auto const kept = cut(factual, scratch);
        if (!kept) { return kept; }
        std::span<sampling::candidate> const candidates = scratch.first(kept.value);
        auto const logit = [&](std::size_t b, std::size_t i) noexcept {
            return counterfactual[b][static_cast<std::size_t>(candidates[i].id)];
        };
        return {kept.value, combine(candidates, logit, now)};
    }

    // The three parts of a step, for those who compute counterfactual logits only where they are needed: cut, combine, draw.

    /// The plausible tokens with their factual logits, in ascending order of id.
    result<std::size_t> cut(std::span<float const> factual, std::span<sampling::candidate> scratch) const noexcept {
        if (status s = check(); !s) { return {0, s}; }
        if (factual.empty()) { return {0, {errc::empty_support, "step: the vocabulary is empty"}}; }
        if (scratch.size() < factual.size()) {
            return {0, {errc::shape_mismatch, "step: scratch is smaller than the vocabulary"}};
        }
        causalmm::detail::block_maxima const maxima{factual};
        if (maxima.foul()) { return {0, {errc::non_finite_factual, "step: the factual row holds NaN or +infinity"}}; }
        if (is_minus_infinity(maxima.top())) { return {0, {errc::empty_support, "step: every token is forbidden"}}; }
        float const cutoff = plausibility::cutoff(plausibility, factual, maxima.top());
        std::size_t count = 0;
        maxima.for_each_from(cutoff, [&](index_t i, float logit) {
            if (!is_minus_infinity(logit)) { scratch[count++] = {static_cast<token>(i), logit}; }
        });
        return {count, {}};
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
    /// Each row has its own maximum over the candidates taken from it: only a constant changes, and nothing overflows. Where
    /// the contrast reads no branch, factual logits keep every bit.
    template <class Logit>
    constexpr status combine(std::span<sampling::candidate> kept, Logit const& logit, index_t now = 0) const noexcept {
        std::array<float, branches> tops{};
        float top = minus_infinity();
        for (sampling::candidate const& each : kept) { top = each.logit > top ? each.logit : top; }
        if (!needs_contrast(2)) { top = 0.0f; }   // however many survive
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
        auto const read = [&](std::size_t b, std::size_t i) noexcept {
            return reads(b, kept.size()) ? logit(b, i) : kept[i].logit;
        };
        auto const mix = contrast::prepared(contrast, detail::candidate_rows<decltype(read)>{kept, read, now});
        bool good = true;
        for (std::size_t i = 0; i < kept.size(); ++i) {
            float const factual = kept[i].logit - top;
            std::array<float, branches> others{};
            for (std::size_t b = 0; b < branches; ++b) {
                others[b] = reads(b, kept.size()) ? logit(b, i) - tops[b] : factual;
            }
            kept[i].logit = mix(factual, others);
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
};

}   // namespace causalmm::decode
