// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include <causalmm/core/status.hpp>
#include <causalmm/decode/concepts.hpp>
#include <causalmm/sampling/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// A factual branch with its counterfactuals, which hold one text, and the way from their rows to the candidates of its next token.
///
/// shape   branches[0] is the factual one; branches[1 + b] may be null if the contrast does not read branch b, and is left alone
/// units   logits
/// errors  those of the engine and of the step; shape_mismatch: a branch that is read is missing, or stands in two roles, or a
///         row is not as long as the vocabulary
/// source  CausalMM arXiv:2410.04780, with a cache per branch
template <engine Engine, class Step>
class branch_set {
  public:
    using branch_type = branch<typename Engine::cache_type>;
    using list = std::array<branch_type*, 1 + Step::branches>;

    /// Candidates that a set needs as scratch: one row, and one for each counterfactual branch if the engine gathers.
    static constexpr std::size_t scratch_size(std::size_t vocabulary) noexcept {
        return gathering_engine<Engine> ? (1 + Step::branches) * vocabulary : vocabulary;
    }

    constexpr branch_set() noexcept = default;   // none
    constexpr branch_set(list const& branches, Step const& step) noexcept : branches_{branches} {
        running_[count_++] = branches_[0];
        for (std::size_t b = 0; b < Step::branches; ++b) {
            if (step.contrast.reads(b)) { running_[count_++] = branches_[1 + b]; }
        }
    }

    constexpr list const& branches() const noexcept { return branches_; }
    constexpr branch_type const& factual() const noexcept { return *branches_[0]; }
    /// The branches that run: the factual one, then those that the contrast reads.
    constexpr std::span<branch_type* const> running() const noexcept { return std::span{running_}.first(count_); }

    constexpr status check() const noexcept {
        if (std::ranges::find(running(), nullptr) != running().end()) {
            return {errc::shape_mismatch, "decode: the factual branch or one that the contrast reads is missing"};
        }
        for (auto one = branches_.begin(); one != branches_.end(); ++one) {
            if (*one != nullptr && std::find(branches_.begin(), one, *one) != one) {
                return {errc::shape_mismatch, "decode: one branch stands in two roles"};
            }
        }
        return {};
    }

    constexpr bool shares_with(branch_set const& other) const noexcept {
        return std::ranges::any_of(branches_, [&other](branch_type* each) {
            return each != nullptr && std::ranges::find(other.branches_, each) != other.branches_.end();
        });
    }

    /// Finds the plausible tokens of the factual row.
    result<std::size_t> cut(Engine const& engine, Step const& step,
                            std::span<sampling::candidate> scratch) const noexcept {
        auto const row = engine.logits(*branches_[0]);
        if (row.size() != static_cast<std::size_t>(engine.vocabulary())) {
            return {0, {errc::shape_mismatch, "decode: the factual row is not as long as the vocabulary"}};
        }
        return step.cut(row, scratch);
    }

    /// Contrasts the first `count` candidates of the scratch, which cut() left there, with the counterfactual logits that are
    /// needed: gathered behind the candidates, or in whole rows.
    status combine(Engine& engine, Step const& step, std::span<sampling::candidate> scratch, std::size_t count,
                   index_t now) const noexcept {
        std::span<sampling::candidate> const kept = scratch.first(count);
        typename Step::rows rows{};
        auto const gathered = [&](std::size_t b) { return scratch.subspan((1 + b) * count, count); };
        for (std::size_t b = 0; b < Step::branches; ++b) {
            if (!step.reads(b, count)) { continue; }
            if constexpr (gathering_engine<Engine>) {
                std::ranges::copy(kept, gathered(b).begin());
                if (status s = engine.logits(*branches_[1 + b], gathered(b)); !s) { return s; }
            } else {
                rows[b] = engine.logits(*branches_[1 + b]);
                if (rows[b].size() != static_cast<std::size_t>(engine.vocabulary())) {
                    return {errc::shape_mismatch, "decode: a counterfactual row is not as long as the vocabulary"};
                }
            }
        }
        auto const logit = [&](std::size_t b, std::size_t i) noexcept {
            if constexpr (gathering_engine<Engine>) { return gathered(b)[i].logit; }
            return rows[b][static_cast<std::size_t>(kept[i].id)];
        };
        return step.combine(kept, logit, now);
    }

    /// Queues a token on every branch that runs.
    status append(Engine& engine, token next) const noexcept {
        for (branch_type* const each : running()) {
            if (status s = engine.append(*each, std::span{&next, 1}); !s) { return s; }
        }
        return {};
    }

  private:
    list branches_{};
    list running_{};
    std::size_t count_ = 0;   // of running_
};

}   // namespace causalmm::decode
