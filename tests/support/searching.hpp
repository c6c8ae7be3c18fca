// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <deque>
#include <span>
#include <utility>
#include <vector>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/decode.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/sampling/greedy.hpp>
#include <causalmm/sampling/pipeline.hpp>

#include "catch.hpp"
#include "support/forking_engine.hpp"

// Beam search for its tests: the search itself with all that it needs, and a slow one in double from the definition.
namespace support {

using causalmm::sampling::no_token;
using tokens = std::vector<token>;
using search_step_sampler = causalmm::sampling::pipeline<causalmm::sampling::greedy>;   // never asked
using search_step =
    causalmm::decode::step<causalmm::contrast::linear<1>, causalmm::plausibility::adaptive, search_step_sampler>;

constexpr float dose = 0.75f;
inline tokens const prompt{3, 1, 4, 1, 5};

inline search_step make_step(float gamma, float epsilon) {
    return {.contrast = {{gamma}}, .plausibility = {epsilon}, .sampler = {}};
}

/// An engine and `width` sets of a factual and a counterfactual branch, of which the first has received the prompt.
template <class Engine, class Schedule = causalmm::decode::batched, class Scorer = causalmm::decode::log_likelihood,
          std::size_t Most = 16>
struct searching {
    using search = causalmm::decode::beam_search<Engine, Schedule, search_step, Scorer, Most>;

    searching(std::size_t width, std::size_t longest, std::size_t vocabulary, auto... more)
        : engine{vocabulary, more...}, scratch(search::scratch_size(vocabulary)), texts(2 * width * longest) {
        for (std::size_t i = 0; i < width; ++i) {
            auto& factual = branches.emplace_back(Engine::make(0.0f));
            auto& counterfactual = branches.emplace_back(Engine::make(dose));
            sets.push_back({&factual, &counterfactual});
        }
        for (auto* const each : sets[0]) { REQUIRE(engine.append(*each, prompt)); }
        engine.appends = 0;
    }
    search with(search_step const& step, token end = no_token, Scorer scorer = {}, Schedule schedule = {}) {
        return search{engine, schedule, step, scorer, sets, scratch, texts, end};
    }

    Engine engine;
    std::deque<typename Engine::branch_type> branches{};
    std::vector<typename search::branch_list> sets{};
    std::vector<candidate> scratch;
    std::vector<token> texts;
};

/// What a beam is, without its branches.
struct hypothesis {
    tokens text{};
    double log_likelihood = 0.0;
    double score = 0.0;
    bool finished = false;
};

/// log p of every token behind a text, in double: contrast, cut, softmax. -HUGE_VAL: cut.
inline std::vector<double> log_probs(tokens const& text, std::size_t vocabulary, double gamma, double epsilon) {
    tokens all = prompt;
    all.insert(all.end(), text.begin(), text.end());
    auto const factual = row_after(all, 0.0f, vocabulary), counterfactual = row_after(all, dose, vocabulary);
    double const top = *std::ranges::max_element(factual);
    std::vector<double> result(vocabulary, -HUGE_VAL);
    double total = 0.0;
    for (std::size_t i = 0; i < vocabulary; ++i) {
        if (double{factual[i]} < top + std::log(epsilon)) { continue; }
        result[i] = (1.0 + gamma) * double{factual[i]} - gamma * double{counterfactual[i]};
        total += std::exp(result[i]);
    }
    for (double& each : result) { each -= std::log(total); }
    return result;
}

/// The width best of all continuations of a beginning, sorted whole; rate(hypothesis with its last token) is a hypothesis's score.
template <class Rate>
std::vector<hypothesis> slow_search(std::size_t width, std::size_t steps, std::size_t vocabulary, double gamma,
                                    double epsilon, token end, Rate const& rate, hypothesis const& beginning = {}) {
    std::vector<hypothesis> beams{beginning};
    for (std::size_t t = 0; t < steps; ++t) {
        std::vector<hypothesis> all;
        for (hypothesis const& each : beams) {
            if (each.finished) {
                all.push_back(each);
                continue;
            }
            auto const row = log_probs(each.text, vocabulary, gamma, epsilon);
            for (std::size_t i = 0; i < vocabulary; ++i) {
                if (row[i] == -HUGE_VAL) { continue; }
                hypothesis one = each;
                one.text.push_back(static_cast<token>(i));
                one.log_likelihood += row[i];
                one.score = rate(one);
                one.finished = one.text.back() == end;
                all.push_back(std::move(one));
            }
        }
        std::ranges::stable_sort(all, [](auto const& a, auto const& b) { return a.score > b.score; });
        all.resize(std::min(all.size(), width));
        beams = std::move(all);
    }
    return beams;
}

/// The search's beams are these.
template <class Search>
void check_beams(Search const& search, std::vector<hypothesis> const& expected) {
    REQUIRE(search.beams().size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        INFO("beam " << i);
        auto const& found = search.beams()[i];
        CHECK(tokens(found.text.begin(), found.text.end()) == expected[i].text);
        CHECK(found.log_likelihood ==
              Approx(expected[i].log_likelihood).epsilon(1e-12));   // sums of at most 60 doubles
        CHECK(found.score == Approx(expected[i].score).epsilon(1e-12));
        CHECK(found.finished == expected[i].finished);
    }
}

}   // namespace support
