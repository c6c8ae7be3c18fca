// SPDX-License-Identifier: MIT
#include <causalmm/decode/step.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <causalmm/core/finite.hpp>
#include <causalmm/sampling/multinomial.hpp>

#include "catch.hpp"
#include "support/greedy_step.hpp"

using namespace support;
using causalmm::minus_infinity;

TEST_CASE("step: N26 N28 NaN or +infinity anywhere in the factual row is an error, cut or not", "[decode]") {
    greedy_step<1> const step{.contrast = {{1.0f}}, .plausibility = {1.0f}, .sampler = {}};
    row const counterfactual(40, 0.0f);
    for (float const bad : {quiet_nan, -quiet_nan, infinity}) {
        for (std::size_t const place : {0u, 1u, 17u, 39u}) {
            row factual(40, -5.0f);
            factual[1] = 3.0f;
            factual[place] = bad;
            CHECK(refuses(step, factual, {counterfactual}, errc::non_finite_factual));
        }
    }
    CHECK(refuses(step, row(40, quiet_nan), {counterfactual}, errc::non_finite_factual));
}

TEST_CASE("step: N24 N27 a bad counterfactual logit is an error at a kept token and nothing at a cut one", "[decode]") {
    greedy_step<2> const step{.contrast = {{1.0f, 1.0f}}, .plausibility = {0.1f}, .sampler = {}};
    row const factual{2.0f, 1.0f, -9.0f};
    row const good{0.0f, 1.5f, 0.0f};
    auto const expected = survivors(step, factual, {good, good});
    for (float const bad : {quiet_nan, infinity, minus_infinity()}) {
        row const kept{0.0f, bad, 0.0f};
        row const cut{0.0f, 1.5f, bad};
        CHECK(refuses(step, factual, {kept, good}, errc::non_finite_counterfactual));
        CHECK(refuses(step, factual, {good, kept}, errc::non_finite_counterfactual));
        auto const result = survivors(step, factual, {cut, cut});
        REQUIRE(result.status);
        CHECK(result.ids == expected.ids);
        CHECK(result.logits == expected.logits);
    }
}

TEST_CASE("step: of a single survivor no counterfactual logit is read", "[decode]") {
    greedy_step<2> const step{.contrast = {{1.0f, 1.0f}}, .plausibility = {0.1f}, .sampler = {}};
    row const factual{2.0f, -1.0f, -9.0f};
    row const nothing(3, quiet_nan), good{5.0f, 0.0f, 0.0f};
    auto const expected = survivors(step, factual, {good, good});
    auto const result = survivors(step, factual, {nothing, nothing});
    REQUIRE(result.status);
    CHECK(result.ids == tokens{0});
    CHECK(result.logits == expected.logits);
    CHECK(step.needs_contrast(2));
    CHECK_FALSE(step.needs_contrast(1));
    CHECK_FALSE(step.needs_contrast(0));
    CHECK_FALSE(greedy_step<2>{}.needs_contrast(2));   // gamma 0
    CHECK(greedy_step<2>{.contrast = {{0.0f, 1.0f}}, .plausibility = {}, .sampler = {}}.reads(1, 2));
    CHECK_FALSE(greedy_step<2>{.contrast = {{0.0f, 1.0f}}, .plausibility = {}, .sampler = {}}.reads(0, 2));
}

TEST_CASE("step: N51 a row of forbidden tokens, and no row, are an empty support", "[decode]") {
    greedy_step<0> const step{};
    CHECK(refuses(step, row(3, minus_infinity()), {}, errc::empty_support));
    CHECK(refuses(step, {}, {}, errc::empty_support));
}

TEST_CASE("step: N32 rows of different lengths and a short scratch are refused", "[decode]") {
    greedy_step<1> const step{.contrast = {{1.0f}}, .plausibility = {}, .sampler = {}};
    row const factual{1.0f, 2.0f, 3.0f};
    CHECK(refuses(step, factual, {row{1.0f, 2.0f}}, errc::shape_mismatch));
    CHECK(refuses(step, factual, {row{1.0f, 2.0f, 3.0f, 4.0f}}, errc::shape_mismatch));
    CHECK(refuses(step, factual, {std::span<float const>{}}, errc::shape_mismatch));

    std::vector<candidate> scratch(2, candidate{77, 7.0f});
    auto const result = step(factual, {factual}, {}, scratch);
    CHECK(result.status == errc::shape_mismatch);
    CHECK(result.value == no_token);
    CHECK(ids(scratch) == tokens{77, 77});   // untouched
}

TEST_CASE("step: N30 N42 N43 a bad parameter is refused by check and by the call", "[decode]") {
    row const factual{1.0f, 2.0f};
    greedy_step<1> const negative{.contrast = {{-1.0f}}, .plausibility = {}, .sampler = {}};
    greedy_step<1> const not_a_number{.contrast = {{quiet_nan}}, .plausibility = {}, .sampler = {}};
    greedy_step<1> const implausible{.contrast = {{1.0f}}, .plausibility = {quiet_nan}, .sampler = {}};
    greedy_step<1> const above_one{.contrast = {{1.0f}}, .plausibility = {1.5f}, .sampler = {}};
    for (auto const& step : {negative, not_a_number, implausible, above_one}) {
        CHECK(step.check() == errc::bad_parameter);
        CHECK(refuses(step, factual, {factual}, errc::bad_parameter));
    }
    CHECK(greedy_step<1>{}.check());
}

TEST_CASE("step: a processor sees the contrasted survivors by id and may lower, raise or remove them", "[decode]") {
    greedy_step<1> const step{.contrast = {{1.0f}}, .plausibility = {0.1f}, .sampler = {}};
    row const factual{2.0f, -9.0f, 1.0f, 0.5f};
    row const counterfactual{1.0f, 0.0f, 1.0f, 2.0f};   // 2 l - lc = 3, cut, 1, -1
    std::vector<candidate> scratch(4);
    auto const next = [&](auto const& process) { return step(factual, {counterfactual}, {}, scratch, process); };

    tokens seen;
    row relative;
    CHECK(next([&](std::span<candidate> all) {
              seen = ids(all);
              for (candidate const& each : all) { relative.push_back(each.logit - all[0].logit); }
              return all.size();
          }).value == 0);
    CHECK(seen == tokens{0, 2, 3});
    CHECK(relative == row{0.0f, -2.0f, -4.0f});

    CHECK(next([](std::span<candidate> all) {
              all[0].logit -= 3.0f;
              return all.size();
          }).value == 2);
    CHECK(next([](std::span<candidate> all) {
              all[2].logit += 5.0f;
              return all.size();
          }).value == 3);
    CHECK(next([](std::span<candidate> all) {
              all[0] = all[1];
              return std::size_t{1};
          }).value == 2);
    CHECK(next([](std::span<candidate> all) {
              all[0].logit = minus_infinity();
              return all.size();
          }).value == 2);
}

TEST_CASE("step: N46 a processor that leaves nothing empties the support", "[decode]") {
    row const factual{2.0f, 1.0f};
    std::vector<candidate> scratch(2);
    auto const refused = [](auto const& result) {
        return result.status == errc::empty_support && result.value == no_token;
    };
    auto const forbid_all = [](std::span<candidate> all) {
        for (candidate& each : all) { each.logit = minus_infinity(); }
        return all.size();
    };
    greedy_step<0> const greedy{};
    causalmm::decode::step<linear<0>, none, causalmm::sampling::pipeline<causalmm::sampling::multinomial>> const
        drawing{};
    CHECK(refused(greedy(factual, {}, {}, scratch, [](std::span<candidate>) { return std::size_t{0}; })));
    CHECK(refused(greedy(factual, {}, {}, scratch, forbid_all)));
    CHECK(refused(drawing(factual, {}, {}, scratch, forbid_all)));
}

TEST_CASE("step: N51 a processor that writes NaN draws no token", "[decode]") {
    row const factual{2.0f, 1.0f};
    std::vector<candidate> scratch(2);
    auto const result = greedy_step<0>{}(factual, {}, {}, scratch, [](std::span<candidate> all) {
        all[0].logit = quiet_nan;
        return all.size();
    });
    CHECK_FALSE(result);
    CHECK(result.value == no_token);
}

TEST_CASE("step: N34 rows are not written", "[decode]") {
    row const factual{2.0f, 1.0f, 0.0f};
    row const counterfactual{0.0f, 1.0f, 2.0f};
    row const factual_before = factual;
    row const counterfactual_before = counterfactual;
    CHECK(drawn(greedy_step<1>{.contrast = {{1.0f}}, .plausibility = {}, .sampler = {}}, factual, {counterfactual}));
    CHECK(factual == factual_before);
    CHECK(counterfactual == counterfactual_before);
}
