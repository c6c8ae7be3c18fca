// SPDX-License-Identifier: MIT
#include <causalmm/decode/decoder.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/decode.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/sampling/greedy.hpp>
#include <causalmm/sampling/multinomial.hpp>
#include <causalmm/sampling/pipeline.hpp>

#include "catch.hpp"
#include "support/fake_engine.hpp"
#include "support/sharing_engine.hpp"

using namespace support;
using causalmm::contrast::linear;
using causalmm::decode::branch;
using causalmm::decode::decoder;
using causalmm::decode::sequential;
using causalmm::plausibility::adaptive;
using causalmm::sampling::candidate;
using causalmm::sampling::no_token;
using tokens = std::vector<token>;

namespace {

template <std::size_t Branches, class Choice = causalmm::sampling::greedy>
using step = causalmm::decode::step<linear<Branches>, adaptive, causalmm::sampling::pipeline<Choice>>;
using greedy_pair = step<1>;
using drawn_pair = step<1, causalmm::sampling::multinomial>;

using some_decoder = decoder<fake_engine, sequential, greedy_pair>;
static_assert(!std::is_copy_constructible_v<some_decoder> && !std::is_copy_assignable_v<some_decoder>);
static_assert(!std::is_move_constructible_v<some_decoder> && !std::is_move_assignable_v<some_decoder>);

constexpr std::size_t vocabulary = 50;
tokens const prompt{3, 1, 4, 1, 5};

/// An engine with a factual and a counterfactual branch that have received the prompt.
template <class Engine>
struct pair {
    Engine engine{vocabulary};
    branch<typename Engine::cache_type> factual{Engine::make(0.0f)};
    branch<typename Engine::cache_type> counterfactual{Engine::make(0.75f)};
    std::vector<candidate> scratch = std::vector<candidate>(2 * vocabulary);

    pair() {
        REQUIRE(engine.append(factual, prompt));
        REQUIRE(engine.append(counterfactual, prompt));
    }
    template <class Step, class Schedule = sequential>
    auto decoding(Step const& step, std::uint64_t seed = 0, std::uint64_t sample = 0, Schedule schedule = {}) {
        return decoder<Engine, Schedule, Step>{engine,  schedule, step,  {&factual, &counterfactual},
                                               scratch, seed,     sample};
    }
};

template <class Decoder>
tokens next_tokens(Decoder& decoder, int count) {
    tokens result;
    for (int i = 0; i < count; ++i) {
        auto const drawn = decoder.next();
        REQUIRE(drawn);
        result.push_back(drawn.value);
    }
    return result;
}

/// argmax of (1 + gamma) l - gamma lc over l >= max l + log epsilon, in double, from rows computed without an engine.
tokens greedy_oracle(double gamma, double epsilon, int count) {
    tokens text = prompt;
    for (int i = 0; i < count; ++i) {
        auto const factual = row_after(text, 0.0f, vocabulary);
        auto const counterfactual = row_after(text, 0.75f, vocabulary);
        double top = -1e300;
        for (float const each : factual) { top = std::fmax(top, each); }
        double best = -1e300;
        token chosen = no_token;
        for (std::size_t t = 0; t < vocabulary; ++t) {
            double const value = (1.0 + gamma) * double{factual[t]} - gamma * double{counterfactual[t]};
            if (double{factual[t]} >= top + std::log(epsilon) && value > best) {
                best = value;
                chosen = static_cast<token>(t);
            }
        }
        text.push_back(chosen);
    }
    return {text.begin() + static_cast<std::ptrdiff_t>(prompt.size()), text.end()};
}

/// How far apart the two branches' rows are at each of these steps.
template <class Pair>
std::vector<float> distances(Pair& pair, int count) {
    auto decoder = pair.decoding(greedy_pair{.contrast = {{1.0f}}, .plausibility = {}, .sampler = {}});
    std::vector<float> result;
    for (int i = 0; i < count; ++i) {
        REQUIRE(decoder.next());
        auto const factual = pair.engine.logits(pair.factual);
        auto const counterfactual = pair.engine.logits(pair.counterfactual);
        float largest = 0.0f;
        for (std::size_t t = 0; t < vocabulary; ++t) {
            largest = std::fmax(largest, std::fabs(factual[t] - counterfactual[t]));
        }
        result.push_back(largest);
    }
    return result;
}

}   // namespace

TEST_CASE("decoder: the tokens of a plain loop over uncached rows, for every gamma", "[decode]") {
    for (float const gamma : {0.0f, 0.5f, 1.0f, 3.0f}) {
        pair<fake_engine> pair;
        auto decoder = pair.decoding(greedy_pair{.contrast = {{gamma}}, .plausibility = {0.125f}, .sampler = {}});
        CHECK(next_tokens(decoder, 40) == greedy_oracle(gamma, 0.125, 40));
    }
    CHECK(greedy_oracle(0.0, 0.125, 40) != greedy_oracle(1.0, 0.125, 40));   // the contrast matters
}

TEST_CASE("decoder: every branch receives the prompt and every token, each in its own cache", "[decode]") {
    pair<fake_engine> pair;
    auto decoder = pair.decoding(greedy_pair{.contrast = {{1.0f}}, .plausibility = {}, .sampler = {}});
    tokens expected = prompt;
    for (token const each : next_tokens(decoder, 20)) { expected.push_back(each); }
    CHECK(pair.factual.cache().text == expected);
    CHECK(pair.counterfactual.cache().text == expected);
    CHECK(pair.factual.cache().forwards == 20);
    CHECK(pair.counterfactual.cache().forwards == 20);
    CHECK(pair.engine.forwards == 40);
    CHECK(pair.factual.cache().pending.size() == 1);   // the last token is queued, not computed
}

TEST_CASE("decoder: the branches differ at every step, and an engine that shares a cache is found out", "[decode]") {
    pair<fake_engine> apart;
    for (float const distance : distances(apart, 20)) { CHECK(distance > 0.0f); }

    // The published code's defect: the prompt is computed apart, every later token reads the factual cache.
    pair<sharing_engine> shared;
    auto const found = distances(shared, 20);
    CHECK(found[0] > 0.0f);
    for (std::size_t i = 1; i < found.size(); ++i) { CHECK(found[i] == 0.0f); }
}

TEST_CASE("decoder: every schedule gives the same tokens, from whole rows and from gathered logits", "[decode]") {
    for (float const epsilon : {0.01f, 0.5f, 1.0f}) {
        drawn_pair const step{.contrast = {{1.0f}}, .plausibility = {epsilon}, .sampler = {}};
        pair<fake_engine> reference;
        auto decoder = reference.decoding(step, 5, 6);
        tokens const expected = next_tokens(decoder, 30);
        causalmm::decode::list::for_each([&]<class Schedule>() {
            INFO(Schedule::name);
            pair<fake_engine> whole;
            pair<support::gathering_engine> gathered;
            auto from_rows = whole.decoding(step, 5, 6, Schedule{});
            auto from_logits = gathered.decoding(step, 5, 6, Schedule{});
            CHECK(next_tokens(from_rows, 30) == expected);
            CHECK(next_tokens(from_logits, 30) == expected);
            CHECK(from_rows.contrasts() == decoder.contrasts());
            CHECK(from_logits.contrasts() == decoder.contrasts());
            CHECK(from_rows.contrasts().needed + from_rows.contrasts().skipped == 30);
            CHECK(gathered.engine.gathers == static_cast<int>(from_logits.contrasts().needed));
        });
    }
}

TEST_CASE("decoder: sequential pays a pass a branch, batched one, lazy one and those it needs", "[decode]") {
    drawn_pair const step{.contrast = {{1.0f}}, .plausibility = {0.6f}, .sampler = {}};
    pair<fake_engine> one, other, third;
    auto sequentially = one.decoding(step, 5, 6);
    auto at_once = other.decoding(step, 5, 6, causalmm::decode::batched{});
    auto lazily = third.decoding(step, 5, 6, causalmm::decode::lazy<>{.inner = {}, .ride = 1.0});
    CHECK(next_tokens(sequentially, 30) == next_tokens(at_once, 30));
    (void)next_tokens(lazily, 30);
    CHECK(one.engine.forwards == 60);
    CHECK(other.engine.forwards == 30);
    CHECK(lazily.contrasts().skipped > 0);
    CHECK(third.engine.forwards == 30 + static_cast<int>(lazily.contrasts().needed));
}

TEST_CASE("decoder: N91 a draw depends on seed, sample and step only", "[decode]") {
    drawn_pair const step{.contrast = {{1.0f}}, .plausibility = {0.0f}, .sampler = {}};
    auto const alone = [&](std::uint64_t seed, std::uint64_t sample) {
        pair<fake_engine> pair;
        auto decoder = pair.decoding(step, seed, sample);
        return next_tokens(decoder, 30);
    };
    auto const expected = alone(1, 2);
    CHECK(alone(1, 2) == expected);
    CHECK(alone(1, 3) != expected);
    CHECK(alone(2, 2) != expected);

    pair<fake_engine> one;   // between the steps of another sequence
    pair<fake_engine> two;
    auto decoder_one = one.decoding(step, 1, 2);
    auto decoder_two = two.decoding(step, 1, 3);
    tokens interleaved;
    for (int i = 0; i < 30; ++i) {
        REQUIRE(decoder_two.next());
        interleaved.push_back(next_tokens(decoder_one, 1)[0]);
    }
    CHECK(interleaved == expected);
}

TEST_CASE("decoder: N47 token n is drawn with step n", "[decode]") {
    drawn_pair const step{.contrast = {{1.0f}}, .plausibility = {0.0f}, .sampler = {}};
    pair<fake_engine> pair;
    auto decoder = pair.decoding(step, 55, 7);
    tokens text = prompt;
    std::vector<candidate> scratch(vocabulary);
    for (std::uint64_t n = 0; n < 30; ++n) {
        auto const factual = row_after(text, 0.0f, vocabulary);
        auto const counterfactual = row_after(text, 0.75f, vocabulary);
        auto const expected = step(factual, {counterfactual}, {.seed = 55, .sample = 7, .step = n}, scratch);
        REQUIRE(expected);
        text.push_back(next_tokens(decoder, 1)[0]);
        REQUIRE(text.back() == expected.value);
    }
}

TEST_CASE("decoder: a processor bans a token from every step", "[decode]") {
    greedy_pair const step{.contrast = {{1.0f}}, .plausibility = {0.0f}, .sampler = {}};
    pair<fake_engine> pair;
    auto decoder = pair.decoding(step);
    token const favourite = greedy_oracle(1.0, 0.0, 1)[0];
    auto const ban = [favourite](std::span<candidate> candidates) noexcept {
        auto const kept = std::ranges::remove_if(candidates, [=](candidate const& c) { return c.id == favourite; });
        return candidates.size() - kept.size();
    };
    for (int i = 0; i < 8; ++i) {
        auto const drawn = decoder.next(ban);
        REQUIRE(drawn);
        CHECK(drawn.value != favourite);
    }
}
