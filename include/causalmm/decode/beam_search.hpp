// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include <causalmm/core/finite.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/decode/beam.hpp>
#include <causalmm/decode/branch_set.hpp>
#include <causalmm/decode/concepts.hpp>
#include <causalmm/decode/contrast_counts.hpp>
#include <causalmm/decode/log_likelihood.hpp>
#include <causalmm/decode/log_total.hpp>
#include <causalmm/decode/ranking.hpp>
#include <causalmm/decode/reordering.hpp>
#include <causalmm/decode/step.hpp>
#include <causalmm/sampling/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// Follows the best few texts at once, each in branches of its own, every one of which moves with its beam.
///
/// B' = the width best of { y : y in B finished } + { y.v : y in B not finished, v plausible after y }, in descending order of
/// score; equal scores by the lower beam, then the lower id
///
/// A set of branches goes on with its beam's best continuation; others are forked off it into sets that no beam needs any more.
///
/// shape   sets[0] holds the prompt, and the search is as wide as there are sets, at most `Most`; `scratch` as a decoder's;
///         `texts` holds 2 * width * (longest text) tokens
/// units   logits in, natural logarithms out; the step's sampler is not asked
/// errors  next(): those of the engine, the step and the scorer; shape_mismatch: sets or scratch do not fit, or one branch stands
///         in two roles; out_of_capacity: `texts` is full; empty_support: no beam has a token left; non_finite_factual: a
///         processor left NaN or +infinity; bad_parameter: a score is NaN or +infinity. The beams then stay as they were and
///         next() can be tried again, but for a fork or a token that a branch could not take
/// source  Meister et al., arXiv:2007.03909, algorithm 1; width 1 is greedy decoding
template <forking_engine Engine, schedule_policy<Engine> Schedule, class Step, class Scorer = log_likelihood,
          std::size_t Most = 16>
class beam_search {
  public:
    using set = branch_set<Engine, Step>;
    using branch_type = typename set::branch_type;
    using branch_list = typename set::list;
    using beam_type = beam<Engine, Step>;
    static_assert(scorer_policy<Scorer, beam_type>, "beam_search: the scorer needs a name, check() and score()");

    /// Candidates that a search needs as scratch, whatever its width.
    static constexpr std::size_t scratch_size(std::size_t vocabulary) noexcept { return set::scratch_size(vocabulary); }

    /// A text that draws `end` is finished; no_token ends none.
    beam_search(Engine& engine, Schedule schedule, Step step, Scorer scorer, std::span<branch_list const> sets,
                std::span<sampling::candidate> scratch, std::span<token> texts, token end = sampling::no_token) noexcept
        : engine_{&engine},
          schedule_{schedule},
          step_{step},
          scorer_{scorer},
          scratch_{scratch},
          texts_{texts},
          end_{end},
          width_{sets.size()},
          broken_{check(sets)} {
        if (!broken_) { return; }
        for (std::size_t i = 0; i < width_; ++i) { now()[i].branches = set{sets[i], step_}; }
        count_ = 1;
    }

    // A second search would drive the same branches and write the same texts.
    beam_search(beam_search const&) = delete;
    beam_search& operator=(beam_search const&) = delete;

    /// The hypotheses, best first.
    std::span<beam_type const> beams() const noexcept { return std::span{beams_[turn_]}.first(count_); }

    /// Whether all of them are finished; next() then does nothing.
    bool ended() const noexcept {
        return count_ > 0 && std::ranges::all_of(beams(), [](beam_type const& each) { return each.finished; });
    }

    /// Of the beams' steps.
    contrast_counts const& contrasts() const noexcept { return contrasts_; }

    /// Continues every hypothesis that is not finished by one token. `process`, which must not throw, stands between the contrast
    /// and the scorer: process(beam, candidates) is for each beam what a step's processor is.
    template <class Processor = detail::no_processor>
    status next(Processor const& process = {}) noexcept {
        if (!broken_) { return broken_; }
        if (ended()) { return {}; }
        if (longest_ == capacity()) { return {errc::out_of_capacity, "beam_search: no text may grow longer"}; }
        if (status s = forward(); !s) { return s; }
        ranking<Most> ranked{width_};
        contrast_counts counts = contrasts_;
        for (std::size_t i = 0; i < count_; ++i) {
            if (status s = extend(i, process, ranked, counts); !s) { return s; }
        }
        if (ranked.best().empty()) { return {errc::empty_support, "beam_search: no beam has a token left"}; }
        contrasts_ = counts;
        return broken_ = adopt(ranked.best());
    }

  private:
    status check(std::span<branch_list const> sets) const noexcept {
        if (status s = step_.check(); !s) { return s; }
        if (status s = scorer_.check(); !s) { return s; }
        if (sets.empty() || sets.size() > Most) {
            return {errc::shape_mismatch, "beam_search: no set of branches, or more than the search can be wide"};
        }
        for (std::size_t i = 0; i < sets.size(); ++i) {
            set const one{sets[i], step_};
            if (status s = one.check(); !s) { return s; }
            for (branch_list const& other : sets.first(i)) {
                if (one.shares_with(set{other, step_})) {
                    return {errc::shape_mismatch, "beam_search: one branch stands in two sets"};
                }
            }
        }
        if (scratch_.size() < scratch_size(static_cast<std::size_t>(engine_->vocabulary()))) {
            return {errc::shape_mismatch, "beam_search: scratch is smaller than scratch_size() of the vocabulary"};
        }
        return {};
    }

    std::size_t capacity() const noexcept { return texts_.size() / (2 * width_); }
    beam_type* now() noexcept { return beams_[turn_].data(); }
    beam_type* then() noexcept { return beams_[1 - turn_].data(); }

    /// Computes what is queued on the branches of all beams that go on: the factual ones and those that do not wait in one call
    /// of the schedule, those that waited and are needed in a second.
    status forward() noexcept {
        bool const waits = schedule_.waits(contrasts_);
        std::size_t listed = 0;
        auto const add = [&](std::span<branch_type* const> branches) {
            std::ranges::copy(branches, list_.begin() + static_cast<std::ptrdiff_t>(listed));
            listed += branches.size();
        };
        for (beam_type const& each : beams()) {
            if (!each.finished) { add(waits ? each.branches.running().first(1) : each.branches.running()); }
        }
        if (status s = schedule_.forward(*engine_, std::span{list_}.first(listed)); !s || !waits) { return s; }
        listed = 0;
        for (beam_type const& each : beams()) {
            if (each.finished) { continue; }
            auto const kept = each.branches.cut(*engine_, step_, scratch_);
            if (!kept && !(kept.status == errc::empty_support)) { return kept.status; }
            if (step_.needs_contrast(kept.value)) { add(each.branches.running().subspan(1)); }
        }
        return schedule_.forward(*engine_, std::span{list_}.first(listed));
    }

    /// Offers every continuation of a beam; one without a possible token has none.
    template <class Processor>
    status extend(std::size_t index, Processor const& process, ranking<Most>& ranked,
                  contrast_counts& counts) noexcept {
        beam_type const& from = now()[index];
        if (from.finished) {
            ranked.offer({.parent = index, .log_likelihood = from.log_likelihood, .score = from.score});
            return {};
        }
        auto const kept = from.branches.cut(*engine_, step_, scratch_);
        if (!kept) { return kept.status == errc::empty_support ? status{} : kept.status; }
        auto const s = from.branches.combine(*engine_, step_, scratch_, kept.value, static_cast<index_t>(longest_));
        if (!s) { return s; }
        if (from.branches.running().size() > 1) {
            ++(step_.needs_contrast(kept.value) ? counts.needed : counts.skipped);
        }
        std::size_t const left = process(from, scratch_.first(kept.value));
        CAUSALMM_ASSERT(left <= kept.value);
        return score(index, scratch_.first(left), ranked);
    }

    status score(std::size_t index, std::span<sampling::candidate const> candidates, ranking<Most>& ranked) noexcept {
        beam_type const& from = now()[index];
        auto const total = log_total(candidates);
        if (!total) { return total.status == errc::empty_support ? status{} : total.status; }
        for (sampling::candidate const& each : candidates) {
            if (is_minus_infinity(each.logit)) { continue; }
            double const log_prob = static_cast<double>(each.logit) - total.value;
            double const score = scorer_.score(from, each.id, log_prob);
            if (is_minus_infinity(score)) { continue; }
            if (!is_finite(score)) { return {errc::bad_parameter, "beam_search: a score is NaN or +infinity"}; }
            ranked.offer({index, each.id, from.log_likelihood + log_prob, score});
        }
        return {};
    }

    /// Makes beams of the chosen continuations.
    status adopt(std::span<continuation const> chosen) noexcept {
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            continuation const& one = chosen[i];
            beam_type const& from = now()[one.parent];
            std::span<token> const text = texts_.subspan(((1 - turn_) * width_ + i) * capacity(), capacity());
            std::ranges::copy(from.text, text.begin());
            bool const grows = one.next != sampling::no_token;
            if (grows) { text[from.text.size()] = one.next; }
            bool const finished = !grows || one.next == end_;
            then()[i] = {text.first(from.text.size() + (grows ? 1 : 0)), one.log_likelihood, one.score, finished, {}};
        }
        if (status s = reorder(chosen); !s) { return s; }
        turn_ = 1 - turn_;
        count_ = chosen.size();
        ++longest_;
        for (beam_type const& each : beams()) {
            status const s = each.finished ? status{} : each.branches.append(*engine_, each.text.back());
            if (!s) { return s; }
        }
        return {};
    }

    /// Gives every new beam its branches.
    status reorder(std::span<continuation const> chosen) noexcept {
        std::array<std::size_t, Most> parents{};
        parents.fill(reordering<Most>::nobody);
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            if (!then()[i].finished) { parents[i] = chosen[i].parent; }
        }
        reordering<Most> const order{std::span{parents}.first(width_)};
        for (std::size_t i = 0; i < width_; ++i) {
            then()[i].branches = now()[order.place(i)].branches;
            if (!order.forks(i)) { continue; }
            auto const from = now()[parents[i]].branches.running(), to = then()[i].branches.running();
            for (std::size_t b = 0; b < from.size(); ++b) {
                if (status s = engine_->fork(*from[b], *to[b]); !s) { return s; }
            }
        }
        return {};
    }

    Engine* engine_;
    Schedule schedule_;
    Step step_;
    Scorer scorer_;
    std::span<sampling::candidate> scratch_;
    std::span<token> texts_;
    token end_;
    std::size_t width_;
    status broken_;                                        // what makes every further call fail
    std::array<std::array<beam_type, Most>, 2> beams_{};   // by turns; those beyond count_ hold spare branches
    std::array<branch_type*, Most*(1 + Step::branches)> list_{};
    std::size_t turn_ = 0;
    std::size_t count_ = 0;
    std::size_t longest_ = 0;   // text
    contrast_counts contrasts_{};
};

}   // namespace causalmm::decode
