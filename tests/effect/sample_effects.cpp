// SPDX-License-Identifier: MIT
#include <causalmm/effect/sample_effects.hpp>

#include <array>
#include <cmath>
#include <span>
#include <vector>

#include <causalmm/adaptor/span.hpp>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::errc;
using causalmm::f16;
using causalmm::index_t;
using causalmm::tensor_view;
using causalmm::adaptor::span;
using causalmm::effect::sample_effects;

namespace {

/// Two samples, three draws, two outcomes.
struct study {
    std::array<float, 4> factual{0.75f, 0.25f, 0.5f, 0.5f};
    std::array<float, 12> drawn{0.5f, 0.5f, 0.25f, 0.75f, 0.75f, 0.25f, 0.5f, 0.5f, 0.5f, 0.5f, 0.125f, 0.875f};
    std::array<double, 2> effects{7.0, 7.0};

    causalmm::status run(index_t outcome) {
        return sample_effects(span(std::span{factual}, {2, 2}), span(std::span{drawn}, {2, 3, 2}), outcome, effects);
    }
    bool untouched() const { return effects == std::array{7.0, 7.0}; }
};

}   // namespace

TEST_CASE("sample_effects: the factual probability minus the mean of the draws, by hand", "[effect]") {
    study s;
    REQUIRE(s.run(0) == errc::ok);
    CHECK(s.effects[0] == 0.25);                                       // 0.75 - 1.5 / 3
    CHECK(s.effects[1] == Approx(0.5 - 1.125 / 3.0).epsilon(1e-15));   // 0.125
    std::array<double, 2> const first = s.effects;
    REQUIRE(s.run(1) == errc::ok);   // two outcomes that sum to one: what one loses the other gains
    CHECK(s.effects[0] == Approx(-first[0]).epsilon(1e-15));
    CHECK(s.effects[1] == Approx(-first[1]).epsilon(1e-15));
}

TEST_CASE("sample_effects: the standard error over a sample's draws, by hand", "[effect]") {
    study s;
    std::array<double, 2> errors{};
    auto const drawn = span(std::span{s.drawn}, {2, 3, 2});
    REQUIRE(sample_effects(span(std::span{s.factual}, {2, 2}), drawn, 0, s.effects, errors) == errc::ok);
    CHECK(s.effects[0] == 0.25);
    CHECK(errors[0] == Approx(std::sqrt(0.125 / 6.0)).epsilon(1e-15));     // 0, -1/4 and 1/4 about the mean
    CHECK(errors[1] == Approx(std::sqrt(0.09375 / 6.0)).epsilon(1e-15));   // 1/8, 1/8 and -1/4
    auto const one = span(std::span{s.drawn}.first(4), {2, 1, 2});
    CHECK(sample_effects(span(std::span{s.factual}, {2, 2}), one, 0, s.effects) == errc::ok);
    CHECK(sample_effects(span(std::span{s.factual}, {2, 2}), one, 0, s.effects, errors) == errc::empty_support);
    CHECK(sample_effects(span(std::span{s.factual}, {2, 2}), drawn, 0, s.effects, std::span{errors}.first(1)) ==
          errc::shape_mismatch);
}

TEST_CASE("sample_effects: an intervention that changes nothing has no effect, in any storage and layout", "[effect]") {
    std::vector<f16> const memory{f16{0.25f}, f16{0.5f}, f16{0.75f}, f16{0.5f}};   // columns of (sample, outcome)
    tensor_view<f16 const, 2> const factual{memory.data(), {2, 2}, {1, 2}};
    tensor_view<f16 const, 3> const same{memory.data(), {2, 5, 2}, {1, 0, 2}};   // five times the same draw
    std::array<double, 2> effects{};
    REQUIRE(sample_effects(factual, same, 1, effects) == errc::ok);
    CHECK(effects == std::array{0.0, 0.0});
}

TEST_CASE("sample_effects: what is not read may hold anything", "[effect]") {
    study s;
    s.factual[1] = s.drawn[3] = support::quiet_nan;
    CHECK(s.run(0) == errc::ok);
    CHECK(s.run(1) == errc::non_finite_factual);
}

TEST_CASE("sample_effects: refused calls leave the effects alone", "[effect]") {
    study s;
    CHECK(s.run(2) == errc::bad_parameter);
    CHECK(s.run(-1) == errc::bad_parameter);
    auto const factual = span(std::span{s.factual}, {2, 2});
    auto const drawn = span(std::span{s.drawn}, {2, 3, 2});
    CHECK(sample_effects(factual, span(std::span{s.drawn}, {3, 2, 2}), 0, s.effects) == errc::shape_mismatch);
    CHECK(sample_effects(factual, span(std::span{s.drawn}, {2, 2, 3}), 0, s.effects) == errc::shape_mismatch);
    CHECK(sample_effects(factual, drawn, 0, std::span{s.effects}.first(1)) == errc::shape_mismatch);
    CHECK(sample_effects(factual, tensor_view<float, 3>::invalid(), 0, s.effects) == errc::shape_mismatch);
    CHECK(sample_effects(factual, tensor_view<float, 3>{nullptr, {2, 0, 2}}, 0, s.effects) == errc::empty_support);
    s.drawn[10] = support::infinity;
    CHECK(s.run(0) == errc::non_finite_counterfactual);
    s.factual[2] = support::quiet_nan;
    CHECK(s.run(0) == errc::non_finite_factual);
    CHECK(s.untouched());
}

TEST_CASE("sample_effects: no samples, nothing to do", "[effect]") {
    CHECK(sample_effects(tensor_view<float, 2>{nullptr, {0, 2}}, tensor_view<float, 3>{nullptr, {0, 3, 2}}, 0, {}) ==
          errc::ok);
}
