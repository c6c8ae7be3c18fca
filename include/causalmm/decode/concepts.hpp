// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <span>
#include <string_view>

#include <causalmm/core/config.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/decode/branch.hpp>
#include <causalmm/decode/contrast_counts.hpp>
#include <causalmm/sampling/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

using sampling::token;

// clang-format off

/// A language model that runs branches: append() queues tokens on a branch, forward() computes all queued rows of the given
/// branches in one pass and does nothing for a branch without queued rows, logits() reads the row of a branch's last token.
///
/// shape   logits(branch) has vocabulary() entries and stays valid until the branch's next forward()
/// units   logits
/// errors  engine_failure, out_of_capacity, or the engine's own
/// source  the union of llama_decode, OgaGenerator and CTranslate2's decoding step
template <class Engine>
concept engine = requires(Engine& engine, Engine const& reader, branch<typename Engine::cache_type>& one,
                          std::span<branch<typename Engine::cache_type>* const> several, std::span<token const> tokens) {
    { reader.vocabulary() } noexcept -> std::same_as<index_t>;
    { engine.append(one, tokens) } noexcept -> std::same_as<status>;
    { engine.forward(several) } noexcept -> std::same_as<status>;
    { reader.logits(one) } noexcept -> std::same_as<std::span<float const>>;
};

/// An engine that evaluates its head at single tokens: logits(branch, candidates) replaces the candidates' logits by those of the
/// branch's last token, so a counterfactual branch never needs a whole row. Tokens that the cut removed never return.
///
/// shape   candidates in ascending order of id; the decoder asks counterfactual branches in this form only
/// units   logits, up to a constant of the branch
/// errors  the engine's own
/// source  contrasts whose coefficients sum to one are shift-invariant: no logit outside the candidates matters
template <class Engine>
concept gathering_engine = engine<Engine> &&
    requires(Engine& engine, branch<typename Engine::cache_type> const& one, std::span<sampling::candidate> candidates) {
        { engine.logits(one, candidates) } noexcept -> std::same_as<status>;
    };

/// In which order the pending rows of all branches are computed, and whether those of the counterfactual branches wait until the
/// cut has shown that the contrast is needed; every schedule gives the same tokens.
///
/// shape   forward() gets no null pointer; waits() is asked before each step
/// units   none
/// errors  those of the engine
/// source  none
template <class Schedule, class Engine>
concept schedule_policy = requires(Schedule const& schedule, Engine& engine, contrast_counts const& so_far,
                                   std::span<branch<typename Engine::cache_type>* const> branches) {
    { Schedule::name } -> std::convertible_to<std::string_view>;
    { schedule.forward(engine, branches) } noexcept -> std::same_as<status>;
    { schedule.waits(so_far) } noexcept -> std::same_as<bool>;
};

// clang-format on

}   // namespace causalmm::decode
