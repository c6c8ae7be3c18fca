// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <causalmm/core/status.hpp>
#include <causalmm/decode/concepts.hpp>
#include <causalmm/decode/contrast_counts.hpp>
#include <causalmm/decode/step.hpp>
#include <causalmm/sampling/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// Generates tokens from a factual branch and its counterfactuals; every branch receives every token, in its own cache.
///
/// next(): forward the factual branch and those that do not wait, cut, forward the others if the contrast is needed, contrast and
/// draw a token, queue it on all branches
///
/// shape   branches[0] is the factual one; branches[1 + b] may be null if the contrast does not read branch b, and is left alone
/// units   logits
/// errors  next(): those of the engine and of the step; shape_mismatch: a branch that is read is missing, or stands in two
///         roles, or scratch is too small; a failed next() can be tried again, but for a token that one branch could not take:
///         the branches no longer hold the same text
/// source  CausalMM arXiv:2410.04780, with a cache per branch
template <engine Engine, schedule_policy<Engine> Schedule, class Step>
class decoder {
  public:
    using branch_type = branch<typename Engine::cache_type>;
    using branch_list = std::array<branch_type*, 1 + Step::branches>;

    /// Candidates that a decoder needs as scratch: one set, and one for each counterfactual branch if the engine gathers.
    static constexpr std::size_t scratch_size(std::size_t vocabulary) noexcept {
        return gathering_engine<Engine> ? (1 + Step::branches) * vocabulary : vocabulary;
    }

    decoder(Engine& engine, Schedule schedule, Step step, branch_list const& branches,
            std::span<sampling::candidate> scratch, std::uint64_t seed = 0, std::uint64_t sample = 0) noexcept
        : engine_{&engine},
          schedule_{schedule},
          step_{step},
          branches_{branches},
          scratch_{scratch},
          draw_{.seed = seed, .sample = sample, .step = 0},
          broken_{check()} {
        if (!broken_) { return; }
        running_[count_++] = branches_[0];
        for (std::size_t b = 0; b < Step::branches; ++b) {
            if (step_.contrast.reads(b)) { running_[count_++] = branches_[1 + b]; }
        }
    }

    /// The next token; `process` stands between the contrast and the sampler, see step.
    template <class Processor = detail::no_processor>
    result<token> next(Processor const& process = {}) noexcept {
        if (!broken_) { return {sampling::no_token, broken_}; }
        if (status s = schedule_.forward(*engine_, first_pass()); !s) { return {sampling::no_token, s}; }
        if (status s = cut(); !s) { return {sampling::no_token, s}; }
        if (status s = schedule_.forward(*engine_, second_pass()); !s) { return {sampling::no_token, s}; }
        return draw(process);
    }

    contrast_counts const& contrasts() const noexcept { return contrasts_; }

    // The four parts of next(), for those who compute several decoders' passes as one, see advance.

    /// The branches that must be forwarded before the cut.
    std::span<branch_type* const> first_pass() const noexcept {
        return std::span{running_}.first(broken_ ? (waits() ? 1 : count_) : 0);
    }
    /// Finds the plausible tokens.
    status cut() noexcept {
        kept_ = 0;
        if (!broken_) { return broken_; }
        auto const row = engine_->logits(*branches_[0]);
        if (row.size() != static_cast<std::size_t>(engine_->vocabulary())) {
            return {errc::shape_mismatch, "decoder: the factual row is not as long as the vocabulary"};
        }
        auto const kept = step_.cut(row, scratch_);
        kept_ = kept.value;
        return kept.status;
    }
    /// The branches that must be forwarded before the draw: those that waited, if the contrast is needed.
    std::span<branch_type* const> second_pass() const noexcept {
        bool const needed = step_.needs_contrast(kept_) && waits();
        return std::span{running_}.subspan(1, needed ? count_ - 1 : 0);
    }
    /// Contrasts, draws and queues the token.
    template <class Processor = detail::no_processor>
    result<token> draw(Processor const& process = {}) noexcept {
        std::span<sampling::candidate> const kept = scratch_.first(kept_);
        if (status s = combine(kept); !s) { return {sampling::no_token, s}; }
        auto const drawn = step_.draw(kept, draw_, process);
        if (!drawn) { return drawn; }
        ++draw_.step;
        if (count_ > 1) { ++(step_.needs_contrast(kept.size()) ? contrasts_.needed : contrasts_.skipped); }
        for (branch_type* const each : std::span{running_}.first(count_)) {
            broken_ = engine_->append(*each, std::span{&drawn.value, 1});
            if (!broken_) { return {sampling::no_token, broken_}; }
        }
        return drawn;
    }

  private:
    status check() const noexcept {
        if (status s = step_.check(); !s) { return s; }
        if (branches_[0] == nullptr) { return {errc::shape_mismatch, "decoder: the factual branch is missing"}; }
        for (std::size_t b = 0; b < Step::branches; ++b) {
            branch_type* const one = branches_[1 + b];
            if (step_.contrast.reads(b) && one == nullptr) {
                return {errc::shape_mismatch, "decoder: a branch that the contrast reads is missing"};
            }
            auto const end = branches_.begin() + static_cast<std::ptrdiff_t>(1 + b);
            if (one != nullptr && std::find(branches_.begin(), end, one) != end) {
                return {errc::shape_mismatch, "decoder: one branch stands in two roles"};
            }
        }
        if (scratch_.size() < scratch_size(static_cast<std::size_t>(engine_->vocabulary()))) {
            return {errc::shape_mismatch, "decoder: scratch is smaller than scratch_size() of the vocabulary"};
        }
        return {};
    }
    bool waits() const noexcept { return schedule_.waits(contrasts_); }

    /// Contrasts the candidates with the counterfactual logits that are needed: gathered behind the candidates, or in whole rows.
    status combine(std::span<sampling::candidate> kept) noexcept {
        typename Step::rows rows{};
        auto const gathered = [&](std::size_t b) { return scratch_.subspan((1 + b) * kept.size(), kept.size()); };
        for (std::size_t b = 0; b < Step::branches; ++b) {
            if (!step_.reads(b, kept.size())) { continue; }
            if constexpr (gathering_engine<Engine>) {
                std::ranges::copy(kept, gathered(b).begin());
                if (status s = engine_->logits(*branches_[1 + b], gathered(b)); !s) { return s; }
            } else {
                rows[b] = engine_->logits(*branches_[1 + b]);
                if (rows[b].size() != static_cast<std::size_t>(engine_->vocabulary())) {
                    return {errc::shape_mismatch, "decoder: a counterfactual row is not as long as the vocabulary"};
                }
            }
        }
        auto const logit = [&](std::size_t b, std::size_t i) noexcept {
            if constexpr (gathering_engine<Engine>) { return gathered(b)[i].logit; }
            return rows[b][static_cast<std::size_t>(kept[i].id)];
        };
        return step_.combine(kept, logit, static_cast<index_t>(draw_.step));
    }

    Engine* engine_;
    Schedule schedule_;
    Step step_;
    branch_list branches_;
    std::span<sampling::candidate> scratch_;
    sampling::draw draw_;
    status broken_;   // what makes every further call fail; initialised from all above
    branch_list running_{};
    std::size_t count_ = 0;   // of running_
    std::size_t kept_ = 0;    // survivors of the cut
    contrast_counts contrasts_{};
};

}   // namespace causalmm::decode
