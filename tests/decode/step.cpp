// SPDX-License-Identifier: MIT
#include <causalmm/decode/step.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <causalmm/core/finite.hpp>

#include "catch.hpp"
#include "support/greedy_step.hpp"

using namespace support;
using causalmm::minus_infinity;

TEST_CASE("step: contrasted logits of the plausible tokens, by hand", "[decode]") {
    row const factual{2.0f, 1.0f, 0.0f, -1.0f};
    row const vision{1.0f, 2.0f, 0.0f, -1.0f};
    row const language{0.0f, 0.0f, 4.0f, 0.0f};

    // cutoff 2 + log 0.1 = -0.3: token 3 goes. 2 l - lv = 3, 0, 0.
    auto const one =
        survivors(greedy_step<1>{.contrast = {{1.0f}}, .plausibility = {0.1f}, .sampler = {}}, factual, {vision});
    REQUIRE(one.status);
    CHECK(one.ids == tokens{0, 1, 2});
    CHECK(one.logits == row{0.0f, -3.0f, -3.0f});

    // 3 l - lv - ll = 5, 1, -4, -2
    auto const two = survivors(greedy_step<2, none>{.contrast = {{1.0f, 1.0f}}, .plausibility = {}, .sampler = {}},
                               factual, {vision, language});
    REQUIRE(two.status);
    CHECK(two.ids == tokens{0, 1, 2, 3});
    CHECK(two.logits == row{0.0f, -4.0f, -9.0f, -7.0f});
    CHECK(drawn(greedy_step<1>{.contrast = {{1.0f}}, .plausibility = {}, .sampler = {}}, factual, {vision}).value == 0);
}

TEST_CASE("step: the contrast overturns the factual order among plausible tokens", "[decode]") {
    greedy_step<1> const step{.contrast = {{1.0f}}, .plausibility = {0.1f}, .sampler = {}};
    CHECK(drawn(step, {2.0f, 1.0f}, {row{3.0f, 0.0f}}).value == 1);   // 2 l - lc = 1, 2
}

TEST_CASE("step: plausibility looks at the un-contrasted factual row", "[decode]") {
    row const factual{0.0f, -10.0f};
    row const counterfactual{0.0f, -100.0f};   // contrasted 0, 80
    CHECK(drawn(greedy_step<1>{.contrast = {{1.0f}}, .plausibility = {0.1f}, .sampler = {}}, factual, {counterfactual})
              .value == 0);
    CHECK(
        drawn(greedy_step<1, none>{.contrast = {{1.0f}}, .plausibility = {}, .sampler = {}}, factual, {counterfactual})
            .value == 1);
    CHECK(drawn(greedy_step<1>{.contrast = {{1.0f}}, .plausibility = {0.0f}, .sampler = {}}, factual, {counterfactual})
              .value == 1);
}

TEST_CASE("step: N41 N45 a token at the cutoff stays, one ulp below goes, and so do all below", "[decode]") {
    greedy_step<0> const half{.contrast = {}, .plausibility = {0.5f}, .sampler = {}};
    float const cutoff = 0.0f + std::log(0.5f);
    float const below = std::nextafter(cutoff, -1.0f);
    CHECK(survivors(half, {0.0f, cutoff, below, -5.0f}, {}).ids == tokens{0, 1});
    greedy_step<0> const whole{.contrast = {}, .plausibility = {1.0f}, .sampler = {}};
    CHECK(survivors(whole, {3.0f, 3.0f, 1.0f, 0.0f}, {}).ids == tokens{0, 1});
    CHECK(survivors(whole, {std::nextafter(3.0f, 0.0f), 3.0f, 3.0f, 0.0f}, {}).ids == tokens{1, 2});
    greedy_step<0> const all{.contrast = {}, .plausibility = {0.0f}, .sampler = {}};
    CHECK(survivors(all, {3.0f, minus_infinity(), -3.0e38f, 0.0f}, {}).ids == tokens{0, 2, 3});
}

TEST_CASE("step: N20 gamma 0 never reads a counterfactual row, not even a missing one", "[decode]") {
    row const factual{1.5f, 0.25f, 2.0f, -8.0f, minus_infinity()};
    greedy_step<2, none> const step{.contrast = {{0.0f, 0.0f}}, .plausibility = {}, .sampler = {}};
    row const nothing(5, quiet_nan);
    row const forbidden(5, minus_infinity());
    for (auto const& rows : {greedy_step<2, none>::rows{}, greedy_step<2, none>::rows{nothing, forbidden},
                             greedy_step<2, none>::rows{std::span{nothing}.first(2), std::span<float const>{}}}) {
        auto const result = survivors(step, factual, rows);
        REQUIRE(result.status);
        CHECK(result.ids == tokens{0, 1, 2, 3});
        CHECK(result.logits == row{0.0f, -1.25f, 0.5f, -9.5f});
        CHECK(drawn(step, factual, rows).value == 2);
    }
    greedy_step<2> const half{.contrast = {{0.0f, 1.0f}}, .plausibility = {}, .sampler = {}};
    CHECK(drawn(half, factual, {nothing, factual}).value == 2);
    CHECK(refuses(half, factual, {factual, nothing}, errc::non_finite_counterfactual));
}

TEST_CASE("step: N22 counterfactual rows equal to the factual one leave its order and differences", "[decode]") {
    row factual;
    std::uint32_t state = 1;
    for (int i = 0; i < 1000; ++i) {
        state = state * 1664525u + 1013904223u;
        factual.push_back(static_cast<float>(static_cast<int>(state >> 22) - 512) / 64.0f);
    }
    auto const expected = survivors(greedy_step<0, none>{}, factual, {});
    for (float const gamma : {0.25f, 1.0f, 4.0f}) {
        auto const same =
            survivors(greedy_step<2, none>{.contrast = {{gamma, gamma}}, .plausibility = {}, .sampler = {}}, factual,
                      {factual, factual});
        REQUIRE(same.status);
        CHECK(same.ids == expected.ids);
        CHECK(same.logits == expected.logits);
    }
    for (std::size_t i = 0; i < factual.size(); ++i) { CHECK(expected.logits[i] == factual[i] - factual[0]); }
}

TEST_CASE("step: N31 a constant added to a whole row changes nothing", "[decode]") {
    greedy_step<2> const step{.contrast = {{1.0f, 0.5f}}, .plausibility = {0.1f}, .sampler = {}};
    row const factual{2.0f, 1.0f, 0.0f, -1.0f};
    row const vision{1.0f, 2.0f, 0.0f, -1.0f};
    row const language{0.5f, 0.0f, 4.0f, 0.0f};
    auto const shifted = [](row values, float by) {
        for (float& each : values) { each += by; }
        return values;
    };
    auto const plain = survivors(step, factual, {vision, language});
    REQUIRE(plain.status);
    for (float const by : {-1024.0f, 64.0f, 65536.0f}) {
        CHECK(survivors(step, factual, {shifted(vision, by), language}).logits == plain.logits);
        CHECK(survivors(step, factual, {vision, shifted(language, by)}).logits == plain.logits);
        auto const moved = survivors(step, shifted(factual, by), {vision, language});
        CHECK(moved.ids == plain.ids);
        CHECK(moved.logits == plain.logits);
    }
}

TEST_CASE("step: N29 rows near the largest float do not overflow", "[decode]") {
    greedy_step<1> const step{.contrast = {{1.0f}}, .plausibility = {0.1f}, .sampler = {}};
    row const factual{3.0e38f, 3.0e38f, -3.0e38f};
    row const counterfactual{-3.0e38f, -3.1e38f, 3.0e38f};   // token 1 is the less likely one without the image
    auto const result = survivors(step, factual, {counterfactual});
    REQUIRE(result.status);
    CHECK(result.ids == tokens{0, 1});
    CHECK(result.logits[1] == Approx(1e37).epsilon(1e-5));
    CHECK(drawn(step, factual, {counterfactual}).value == 1);
    row const halves(3, 60000.0f);   // the range of f16, which engines convert from
    CHECK(drawn(step, halves, {halves}).value == 0);
}

TEST_CASE("step: N29 a contrast that no float can hold is an error, never NaN", "[decode]") {
    greedy_step<1, none> const step{.contrast = {{1.0f}}, .plausibility = {}, .sampler = {}};
    row const wide{-3.0e38f, 3.0e38f};
    row const opposite{3.0e38f, -3.0e38f};
    auto const no_nan = [&](auto const& any, row const& factual, row const& counterfactual) {
        auto const result = drawn(any, factual, {counterfactual});
        return result ? result.value == 1 : result.value == no_token;
    };
    CHECK(no_nan(step, wide, wide));
    CHECK(no_nan(step, wide, opposite));
    greedy_step<1> const strong{.contrast = {{3.0e38f}}, .plausibility = {0.01f}, .sampler = {}};
    CHECK(no_nan(strong, {0.0f, 1.0f}, {3.0f, 0.0f}));
}

TEST_CASE("step: N23 N25 N33 tokens that the engine forbids stay forbidden in every branch", "[decode]") {
    for (float const epsilon : {0.0f, 0.1f, 1.0f}) {
        greedy_step<1> const step{.contrast = {{1.0f}}, .plausibility = {epsilon}, .sampler = {}};
        // vocabulary padding: -infinity in both rows; a token forbidden in the factual row alone is not revived
        row const factual{minus_infinity(), 1.0f, 1.0f, minus_infinity(), minus_infinity()};
        row const counterfactual{50.0f, 0.5f, 1.0f, minus_infinity(), quiet_nan};
        auto const result = survivors(step, factual, {counterfactual});
        REQUIRE(result.status);
        CHECK(result.ids == tokens{1, 2});
        CHECK(result.logits == row{0.0f, -0.5f});
    }
}

TEST_CASE("step: N36 N60 agrees with the formula in double at every vocabulary size", "[decode]") {
    greedy_step<2> const step{.contrast = {{1.0f, 0.75f}}, .plausibility = {0.01f}, .sampler = {}};
    for (int const size : vocabularies) {
        INFO(size);
        auto const count = static_cast<std::size_t>(size);
        row const factual = scattered(count, 1);
        row const vision = scattered(count, 2);
        row const language = scattered(count, 3);
        double top = -1e300;
        for (float const each : factual) { top = std::fmax(top, each); }
        tokens expected;
        std::vector<double> contrasted;
        for (std::size_t i = 0; i < count; ++i) {
            if (double{factual[i]} < top + std::log(0.01)) { continue; }
            expected.push_back(static_cast<token>(i));
            contrasted.push_back(2.75 * double{factual[i]} - double{vision[i]} - 0.75 * double{language[i]});
        }
        auto const result = survivors(step, factual, {vision, language});
        REQUIRE(result.status);
        REQUIRE(result.ids == expected);
        double worst = 0.0;
        for (std::size_t i = 0; i < contrasted.size(); ++i) {
            worst = std::fmax(worst, std::fabs(double{result.logits[i]} - (contrasted[i] - contrasted[0])));
        }
        CHECK(worst < 4e-5);   // terms up to 55: ulp 4e-6, ten roundings
    }
}
