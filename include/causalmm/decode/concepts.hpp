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

/// An engine that copies what a branch holds: after fork(from, to) the branch `to` goes on with the text of `from`, in its own
/// cache, and what it held before is forgotten. Appending and forwarding could do the same at the price of the whole text.
///
/// shape   nothing is queued on `from`, which stays as it is; both stand in the same role of two sets of branches, and a set's
///         roles are forked in their order; logits(to) is asked after its next forward() only
/// units   none
/// errors  out_of_capacity, or the engine's own
/// source  llama_memory_seq_rm and llama_memory_seq_cp of llama.cpp, reorder_cache of Hugging Face transformers for one row
template <class Engine>
concept forking_engine = engine<Engine> &&
    requires(Engine& engine, branch<typename Engine::cache_type> const& from, branch<typename Engine::cache_type>& to) {
        { engine.fork(from, to) } noexcept -> std::same_as<status>;
    };

/// HOW hypotheses are ranked: score(beam, next, log_prob) -> the score of that beam with the token `next` behind its text. A token
/// of score -infinity is not taken.
///
/// shape   log_prob is the token's among those that the plausibility cut and the processor left of the contrasted row; the beam's
///         branches have computed all of its text
/// units   natural logarithms; larger is better
/// errors  check() names a bad parameter; NaN and +infinity are refused by the search
/// source  none
template <class Scorer, class Beam>
concept scorer_policy = std::copyable<Scorer> &&
    requires(Scorer const& scorer, Beam const& beam, token next, double log_prob) {
        { Scorer::name } -> std::convertible_to<std::string_view>;
        { scorer.check() } noexcept -> std::same_as<status>;
        { scorer.score(beam, next, log_prob) } noexcept -> std::same_as<double>;
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
