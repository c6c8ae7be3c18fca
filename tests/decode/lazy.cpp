// SPDX-License-Identifier: MIT
#include <causalmm/decode/lazy.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/decode/decoder.hpp>
#include <causalmm/decode/sequential.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/sampling/greedy.hpp>
#include <causalmm/sampling/multinomial.hpp>
#include <causalmm/sampling/pipeline.hpp>

#include "catch.hpp"
#include "support/scripted_engine.hpp"

using namespace support;
using causalmm::contrast::linear;
using causalmm::decode::batched;
using causalmm::decode::branch;
using causalmm::decode::contrast_counts;
using causalmm::decode::decoder;
using causalmm::decode::lazy;
using causalmm::decode::sequential;
using causalmm::plausibility::adaptive;
using causalmm::sampling::no_token;

static_assert(causalmm::decode::schedule_policy<lazy<>, scripted_engine>);
static_assert(causalmm::decode::schedule_policy<lazy<sequential>, fake_engine>);

namespace {

template <class Choice>
using step = causalmm::decode::step<linear<2>, adaptive, causalmm::sampling::pipeline<Choice>>;
using greedy_step = step<causalmm::sampling::greedy>;
using drawing_step = step<causalmm::sampling::multinomial>;

constexpr std::size_t steps = 24;

/// A factual branch whose rows are hard to cut and two counterfactual ones that contradict it.
std::vector<scripted_engine::script> scripts(std::size_t vocabulary, float epsilon, std::uint64_t seed) {
    numbers random{seed};
    std::vector<scripted_engine::script> all(3);
    for (std::size_t t = 0; t < steps; ++t) {
        all[0].push_back(adversarial_row(vocabulary, epsilon, random));
        for (std::size_t b : {1u, 2u}) {
            auto& row = all[b].emplace_back(vocabulary);
            std::ranges::generate(row, [&] { return random.between(-50.0f, 50.0f); });
        }
    }
    return all;
}

/// What a decoding gave: its tokens, the first refusal behind them, its counts and the work of each branch.
struct outcome {
    std::vector<token> tokens{};
    errc refusal = errc::ok;
    contrast_counts contrasts{};
    std::array<int, 3> forwards{};
};

template <class Schedule, class Step, class Processor>
outcome decode(std::vector<scripted_engine::script> const& all, Schedule schedule, Step const& step,
               Processor const& process) {
    scripted_engine engine{all};
    std::array<scripted_engine::branch_type, 3> branches{scripted_engine::branch_type{place_in_script{0}},
                                                         scripted_engine::branch_type{place_in_script{1}},
                                                         scripted_engine::branch_type{place_in_script{2}}};
    token const prompt = 0;
    for (auto& each : branches) { REQUIRE(engine.append(each, std::span{&prompt, 1})); }
    std::vector<candidate> scratch(all[0][0].size());
    decoder<scripted_engine, Schedule, Step> decoder{
        engine, schedule, step, {&branches[0], &branches[1], &branches[2]}, scratch, 11, 12};
    outcome result;
    for (std::size_t t = 0; t < steps && result.refusal == errc::ok; ++t) {
        auto const drawn = decoder.next(process);
        result.refusal = drawn.status.code;
        if (drawn) { result.tokens.push_back(drawn.value); }
    }
    result.contrasts = decoder.contrasts();
    for (std::size_t b = 0; b < 3; ++b) { result.forwards[b] = branches[b].cache().forwards; }
    return result;
}

constexpr auto nothing = [](std::span<candidate> candidates) noexcept { return candidates.size(); };
/// Reads and writes logits: a candidate alone must have the one it would have had with its contrast.
constexpr auto meddling = [](std::span<candidate> candidates) noexcept {
    for (candidate& each : candidates) {
        if (each.id % 3 == 0) { each.logit -= 2.0f + each.logit; }
    }
    return candidates.size();
};
constexpr auto banning = [](std::span<candidate> candidates) noexcept {
    auto const kept = std::ranges::remove_if(candidates, [](candidate const& each) { return each.id % 4 == 1; });
    return candidates.size() - kept.size();
};

template <class Step, class Processor>
void check_schedules(std::vector<scripted_engine::script> const& all, Step const& step, Processor const& process) {
    outcome const expected = decode(all, sequential{}, step, process);
    for (double const ride : {0.0, 0.1, 0.5, 1.0}) {
        for (outcome const& found : {decode(all, lazy<>{.inner = {}, .ride = ride}, step, process),
                                     decode(all, lazy<sequential>{.inner = {}, .ride = ride}, step, process)}) {
            CHECK(found.tokens == expected.tokens);
            CHECK(found.refusal == expected.refusal);
            CHECK(found.contrasts == expected.contrasts);
        }
    }
}

/// The published order in double: contrast the whole row, then forbid what the factual row finds implausible.
std::vector<double> contrasted(std::vector<scripted_engine::script> const& all, std::size_t t, float epsilon) {
    auto const& factual = all[0][t];
    float const cutoff = adaptive{epsilon}.cutoff(*std::ranges::max_element(factual));
    std::vector<double> row;
    for (std::size_t i = 0; i < factual.size(); ++i) {
        double const l = factual[i];
        bool const forbidden = factual[i] < cutoff || causalmm::is_minus_infinity(factual[i]);
        row.push_back(forbidden ? -HUGE_VAL : l + (l - double{all[1][t][i]}) + 0.5 * (l - double{all[2][t][i]}));
    }
    return row;
}

token argmax(std::vector<double> const& row) { return static_cast<token>(std::ranges::max_element(row) - row.begin()); }

/// Where the cumulative probability passes the step's number; no_token where rounding may decide.
token drawn(std::vector<double> row, std::size_t t) {
    double const top = *std::ranges::max_element(row);
    double total = 0.0;
    for (double& each : row) { total += each = std::exp(each - top); }
    double left = total * causalmm::sampling::draw{.seed = 11, .sample = 12, .step = t}.unit();
    for (std::size_t i = 0; i < row.size(); ++i) {
        left -= row[i];
        if (std::abs(left) < 1e-4 * total) { return no_token; }   // contrasts of up to 200 in float: exp() within 2e-5
        if (left < 0.0) { return static_cast<token>(i); }
    }
    return no_token;
}

std::size_t survivors(std::vector<float> const& row, float epsilon) {
    float const cutoff = adaptive{epsilon}.cutoff(*std::ranges::max_element(row));
    return static_cast<std::size_t>(std::ranges::count_if(
        row, [&](float logit) { return logit >= cutoff && !causalmm::is_minus_infinity(logit); }));
}

float const epsilons[] = {0.0f, 1e-6f, 0.1f, 0.6f, 0x1.fffffep-1f, 1.0f};

}   // namespace

TEST_CASE("lazy: never skips a contrast that could change the token", "[decode]") {
    for (std::size_t const vocabulary : {1u, 2u, 3u, 7u, 40u, 300u}) {
        for (float const epsilon : epsilons) {
            for (std::uint64_t seed = 0; seed < 12; ++seed) {
                INFO("vocabulary " << vocabulary << ", epsilon " << epsilon << ", seed " << seed);
                auto const all = scripts(vocabulary, epsilon, seed);
                greedy_step const greedy{.contrast = {{1.0f, 0.5f}}, .plausibility = {epsilon}, .sampler = {}};
                drawing_step const drawing{.contrast = {{1.0f, 0.5f}}, .plausibility = {epsilon}, .sampler = {}};
                check_schedules(all, greedy, nothing);
                check_schedules(all, greedy, meddling);
                check_schedules(all, greedy, banning);
                check_schedules(all, drawing, nothing);
                check_schedules(all, drawing, meddling);
                check_schedules(all, drawing, banning);
            }
        }
    }
}

TEST_CASE("lazy: the tokens are those of the published order, and what it skips is what one token survives",
          "[decode]") {
    for (float const epsilon : epsilons) {
        for (std::uint64_t seed = 100; seed < 130; ++seed) {
            INFO("epsilon " << epsilon << ", seed " << seed);
            auto const all = scripts(17, epsilon, seed);
            greedy_step const step{.contrast = {{1.0f, 0.5f}}, .plausibility = {epsilon}, .sampler = {}};
            outcome const found = decode(all, lazy<>{.inner = {}, .ride = 1.0}, step, nothing);
            REQUIRE(found.tokens.size() == steps);
            contrast_counts expected;
            for (std::size_t t = 0; t < steps; ++t) {
                CHECK(found.tokens[t] == argmax(contrasted(all, t, epsilon)));
                ++(survivors(all[0][t], epsilon) > 1 ? expected.needed : expected.skipped);
            }
            CHECK(found.contrasts == expected);
            CHECK(found.forwards[0] == static_cast<int>(steps));
            CHECK(found.forwards[1] == static_cast<int>(expected.needed));
            CHECK(found.forwards[2] == static_cast<int>(expected.needed));
        }
    }
}

TEST_CASE("lazy: what is drawn is drawn from the published order's probabilities", "[decode]") {
    std::size_t compared = 0, all_steps = 0;
    for (float const epsilon : epsilons) {
        for (std::uint64_t seed = 200; seed < 230; ++seed) {
            INFO("epsilon " << epsilon << ", seed " << seed);
            auto const all = scripts(17, epsilon, seed);
            drawing_step const step{.contrast = {{1.0f, 0.5f}}, .plausibility = {epsilon}, .sampler = {}};
            outcome const found = decode(all, lazy<>{}, step, nothing);
            REQUIRE(found.tokens.size() == steps);
            for (std::size_t t = 0; t < steps; ++t) {
                token const expected = drawn(contrasted(all, t, epsilon), t);
                CHECK((expected == no_token || expected == found.tokens[t]));
                compared += expected == no_token ? 0 : 1;
                ++all_steps;
            }
        }
    }
    CHECK(compared * 10 > all_steps * 9);
}

TEST_CASE("lazy: a counterfactual branch that is never needed never runs", "[decode]") {
    scripted_engine::script const sure(steps, {9.0f, 0.0f, 1.0f}), anything(steps, {quiet_nan, 0.0f, infinity});
    greedy_step const step{.contrast = {{1.0f, 0.5f}}, .plausibility = {0.1f}, .sampler = {}};
    outcome const found = decode({sure, anything, anything}, lazy<>{}, step, nothing);
    CHECK(found.tokens == std::vector<token>(steps, 0));
    CHECK(found.contrasts == contrast_counts{.needed = 0, .skipped = steps});
    CHECK(found.forwards == std::array<int, 3>{static_cast<int>(steps), 0, 0});
}

TEST_CASE("lazy: rows ride along once more than their share of the contrasts was needed", "[decode]") {
    lazy<> const tenth{};   // 0.1
    CHECK(tenth.waits({}));
    CHECK(tenth.waits({.needed = 0, .skipped = 50}));
    CHECK(tenth.waits({.needed = 1, .skipped = 9}));
    CHECK_FALSE(tenth.waits({.needed = 1, .skipped = 8}));
    lazy<> const never{.inner = {}, .ride = 1.0}, at_once{.inner = {}, .ride = 0.0};
    CHECK(never.waits({.needed = 50, .skipped = 0}));
    CHECK(at_once.waits({.needed = 0, .skipped = 50}));
    CHECK_FALSE(at_once.waits({.needed = 1, .skipped = 1000}));

    // needed at steps 2 and 3 of 6: the first of them runs the branch apart, from then on it rides
    scripted_engine::script const factual{{9.0f, 0.0f}, {9.0f, 0.0f}, {9.0f, 9.0f},
                                          {9.0f, 9.0f}, {9.0f, 0.0f}, {9.0f, 0.0f}};
    scripted_engine engine{{factual, factual}};
    std::array<scripted_engine::branch_type, 2> branches{scripted_engine::branch_type{place_in_script{0}},
                                                         scripted_engine::branch_type{place_in_script{1}}};
    token const prompt = 0;
    for (auto& each : branches) { REQUIRE(engine.append(each, std::span{&prompt, 1})); }
    std::vector<candidate> scratch(2);
    using one_branch =
        causalmm::decode::step<linear<1>, adaptive, causalmm::sampling::pipeline<causalmm::sampling::greedy>>;
    decoder<scripted_engine, lazy<>, one_branch> decoder{
        engine, {}, {.contrast = {{1.0f}}, .plausibility = {}, .sampler = {}}, {&branches[0], &branches[1]}, scratch};
    std::vector<int> passes, reads;
    for (int t = 0; t < 6; ++t) {
        REQUIRE(decoder.next());
        passes.push_back(engine.forwards);
        reads.push_back(static_cast<int>(branches[1].cache().read));
    }
    CHECK(passes == std::vector<int>{1, 2, 4, 5, 6, 7});
    CHECK(reads == std::vector<int>{0, 0, 3, 4, 5, 6});
}
