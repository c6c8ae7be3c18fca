// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <causalmm/core/status.hpp>
#include <causalmm/decode/concepts.hpp>
#include <causalmm/decode/step.hpp>
#include <causalmm/sampling/concepts.hpp>

namespace causalmm::decode {

/// Generates tokens from a factual branch and its counterfactuals; every branch receives every token, in its own cache.
///
/// next(): forward the pending rows of all branches, draw a token, queue it on all branches
///
/// shape   branches[0] is the factual one; branches[1 + b] may be null if the contrast does not read branch b
/// units   logits
/// errors  next(): those of the engine and of the step; shape_mismatch: a branch that is read is missing, or stands in two
///         roles; a token that one branch could not take ends the decoder: the branches no longer hold the same text
/// source  CausalMM arXiv:2410.04780, with a cache per branch
template <engine Engine, schedule_policy<Engine> Schedule, class Step>
class decoder {
  public:
    using branch_type = branch<typename Engine::cache_type>;
    using branch_list = std::array<branch_type*, 1 + Step::branches>;

    /// `scratch` holds as many candidates as the vocabulary has tokens.
    decoder(Engine& engine, Schedule schedule, Step step, branch_list const& branches,
            std::span<sampling::candidate> scratch, std::uint64_t seed = 0, std::uint64_t sample = 0) noexcept
        : engine_{&engine},
          schedule_{schedule},
          step_{step},
          branches_{branches},
          scratch_{scratch},
          draw_{.seed = seed, .sample = sample, .step = 0} {}

    /// The next token; `process` stands between the contrast and the sampler, see step.
    template <class Processor = detail::no_processor>
    result<token> next(Processor const& process = {}) noexcept {
        if (!torn_) { return {sampling::no_token, torn_}; }
        if (status s = compute(); !s) { return {sampling::no_token, s}; }
        typename Step::rows counterfactual{};
        for (std::size_t b = 0; b < Step::branches; ++b) {
            if (branches_[1 + b] != nullptr) { counterfactual[b] = engine_->logits(*branches_[1 + b]); }
        }
        auto const drawn = step_(engine_->logits(*branches_[0]), counterfactual, draw_, scratch_, process);
        if (!drawn) { return drawn; }
        ++draw_.step;
        for (branch_type* const each : branches_) {
            if (each == nullptr) { continue; }
            torn_ = engine_->append(*each, std::span{&drawn.value, 1});
            if (!torn_) { return {sampling::no_token, torn_}; }
        }
        return drawn;
    }

  private:
    status compute() noexcept {
        if (status s = step_.check(); !s) { return s; }   // before the weights are read
        if (branches_[0] == nullptr) { return {errc::shape_mismatch, "decoder: the factual branch is missing"}; }
        for (std::size_t b = 0; b < Step::branches; ++b) {
            if (step_.contrast.reads(b) && branches_[1 + b] == nullptr) {
                return {errc::shape_mismatch, "decoder: a branch that the contrast reads is missing"};
            }
        }
        for (std::size_t b = 0; b < Step::branches; ++b) {
            for (std::size_t other = 0; other <= b; ++other) {
                if (branches_[1 + b] != nullptr && branches_[1 + b] == branches_[other]) {
                    return {errc::shape_mismatch, "decoder: one branch stands in two roles"};
                }
            }
        }
        return schedule_.forward(*engine_, branches_);
    }

    Engine* engine_;
    Schedule schedule_;
    Step step_;
    branch_list branches_;
    std::span<sampling::candidate> scratch_;
    sampling::draw draw_;
    status torn_{};   // the first append that failed
};

}   // namespace causalmm::decode
