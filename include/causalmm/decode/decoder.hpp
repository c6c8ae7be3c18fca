// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <causalmm/core/status.hpp>
#include <causalmm/decode/branch_set.hpp>
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
    using set = branch_set<Engine, Step>;

  public:
    using branch_type = typename set::branch_type;
    using branch_list = typename set::list;

    /// Candidates that a decoder needs as scratch.
    static constexpr std::size_t scratch_size(std::size_t vocabulary) noexcept { return set::scratch_size(vocabulary); }

    decoder(Engine& engine, Schedule schedule, Step step, branch_list const& branches,
            std::span<sampling::candidate> scratch, std::uint64_t seed = 0, std::uint64_t sample = 0) noexcept
        : engine_{&engine},
          schedule_{schedule},
          step_{step},
          branches_{branches, step},
          scratch_{scratch},
          draw_{.seed = seed, .sample = sample, .step = 0},
          broken_{check()} {}

    // A second decoder would drive the same branches.
    decoder(decoder const&) = delete;
    decoder& operator=(decoder const&) = delete;

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
        if (!broken_) { return {}; }
        return waits() ? branches_.running().first(1) : branches_.running();
    }
    /// Finds the plausible tokens.
    status cut() noexcept {
        kept_ = 0;
        if (!broken_) { return broken_; }
        auto const kept = branches_.cut(*engine_, step_, scratch_);
        kept_ = kept.value;
        return kept.status;
    }
    /// The branches that must be forwarded before the draw: those that waited, if the contrast is needed.
    std::span<branch_type* const> second_pass() const noexcept {
        if (!step_.needs_contrast(kept_) || !waits()) { return {}; }
        return branches_.running().subspan(1);
    }
    /// Contrasts, draws and queues the token.
    template <class Processor = detail::no_processor>
    result<token> draw(Processor const& process = {}) noexcept {
        auto const now = static_cast<index_t>(draw_.step);
        if (status s = branches_.combine(*engine_, step_, scratch_, kept_, now); !s) { return {sampling::no_token, s}; }
        auto const drawn = step_.draw(scratch_.first(kept_), draw_, process);
        if (!drawn) { return drawn; }
        ++draw_.step;
        if (branches_.running().size() > 1) {
            ++(step_.needs_contrast(kept_) ? contrasts_.needed : contrasts_.skipped);
        }
        broken_ = branches_.append(*engine_, drawn.value);
        return broken_ ? drawn : result<token>{sampling::no_token, broken_};
    }

  private:
    status check() const noexcept {
        if (status s = step_.check(); !s) { return s; }
        if (status s = branches_.check(); !s) { return s; }
        if (scratch_.size() < scratch_size(static_cast<std::size_t>(engine_->vocabulary()))) {
            return {errc::shape_mismatch, "decoder: scratch is smaller than scratch_size() of the vocabulary"};
        }
        return {};
    }
    bool waits() const noexcept { return schedule_.waits(contrasts_); }

    Engine* engine_;
    Schedule schedule_;
    Step step_;
    set branches_;
    std::span<sampling::candidate> scratch_;
    sampling::draw draw_;
    status broken_;          // what makes every further call fail; initialised from all above
    std::size_t kept_ = 0;   // survivors of the cut
    contrast_counts contrasts_{};
};

}   // namespace causalmm::decode
