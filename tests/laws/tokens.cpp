// SPDX-License-Identifier: MIT
// Laws of a step from logits to the token, for every contrast and drawn rows.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include <causalmm/contrast.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/decode/step.hpp>
#include <causalmm/plausibility.hpp>
#include <causalmm/sampling/greedy.hpp>
#include <causalmm/sampling/pipeline.hpp>

#include "catch.hpp"
#include "support/property.hpp"

using causalmm::sampling::candidate;

namespace {

using row = std::vector<float>;
using greedy = causalmm::sampling::pipeline<causalmm::sampling::greedy>;

/// Multiples of 1/64 in [-8, 8], some forbidden: sums and shifts of them have no rounding.
row drawn_row(std::size_t size, bool forbidden) {
    row logits(size);
    for (float& each : logits) {
        each = static_cast<float>(support::drawn_in(-512, 512)) / 64.0f;
        if (forbidden && support::drawn_in(0, 9) == 0) { each = causalmm::minus_infinity(); }
    }
    logits[support::drawn_in<std::size_t>(0, size - 1)] = 8.0f;
    return logits;
}

/// A contrast and rows for it.
template <class Contrast, class Plausibility>
struct question {
    using step = causalmm::decode::step<Contrast, Plausibility, greedy>;

    step one{};
    row factual;
    std::array<row, Contrast::branches> others;

    explicit question(std::size_t size) : factual{drawn_row(size, true)} {
        for (row& each : others) { each = drawn_row(size, false); }
        if constexpr (requires { one.contrast.gamma[0]; }) { one.contrast.gamma.fill(0.5f); }
        if constexpr (requires { one.contrast.alpha[0]; }) { one.contrast.alpha.fill(0.5f); }
    }
    /// The survivors, their logits minus the largest.
    std::vector<candidate> survivors() const {
        typename step::rows rows{};
        for (std::size_t b = 0; b < others.size(); ++b) { rows[b] = others[b]; }
        std::vector<candidate> scratch(factual.size());
        auto const kept = one.survivors(factual, rows, scratch, 3);
        RC_ASSERT(kept.status == causalmm::errc::ok);
        scratch.resize(kept.value);
        float top = causalmm::minus_infinity();
        for (candidate const& each : scratch) { top = std::max(top, each.logit); }
        for (candidate& each : scratch) { each.logit -= top; }
        return scratch;
    }
};

/// The same tokens, with logits equal up to what a softmax of another order rounds.
void assert_alike(std::vector<candidate> const& got, std::vector<candidate> const& expected) {
    RC_ASSERT(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        RC_ASSERT(got[i].id == expected[i].id);
        RC_ASSERT(std::abs(got[i].logit - expected[i].logit) <= 1e-5f);
    }
}

template <class Contrast, class Plausibility>
void check_shifts(question<Contrast, Plausibility> const& asked) {
    auto shifted = asked;
    for (row* each : {&shifted.factual, &shifted.others[0]}) {
        auto const by = static_cast<float>(support::drawn_in(-1000, 1000));
        for (float& logit : *each) { logit += by; }
    }
    assert_alike(shifted.survivors(), asked.survivors());
}

template <class Contrast, class Plausibility>
void check_names(question<Contrast, Plausibility> const& asked) {
    std::vector<std::size_t> names(asked.factual.size());
    std::iota(names.begin(), names.end(), std::size_t{0});
    for (std::size_t i = 1; i < names.size(); ++i) { std::swap(names[i], names[support::drawn_in<std::size_t>(0, i)]); }
    auto renamed = asked;
    auto const rename = [&names](row const& from, row& to) {
        for (std::size_t i = 0; i < from.size(); ++i) { to[names[i]] = from[i]; }
    };
    rename(asked.factual, renamed.factual);
    for (std::size_t b = 0; b < asked.others.size(); ++b) { rename(asked.others[b], renamed.others[b]); }
    auto expected = asked.survivors();
    for (candidate& each : expected) {
        each.id = static_cast<causalmm::sampling::token>(names[static_cast<std::size_t>(each.id)]);
    }
    std::ranges::sort(expected, {}, &candidate::id);
    assert_alike(renamed.survivors(), expected);
}

template <class Contrast, class Plausibility>
void check_cut_tokens(question<Contrast, Plausibility> const& asked) {
    auto const expected = asked.survivors();
    auto spoiled = asked;
    std::size_t next = 0;
    for (std::size_t i = 0; i < asked.factual.size(); ++i) {
        if (next < expected.size() && static_cast<std::size_t>(expected[next].id) == i) {
            ++next;
            continue;
        }
        for (row& each : spoiled.others) {
            each[i] = std::bit_cast<float>(*rc::gen::element(0x7fc00000u, 0x7f800000u));
        }
    }
    auto const got = spoiled.survivors();
    RC_ASSERT(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        RC_ASSERT(std::bit_cast<std::uint32_t>(got[i].logit) == std::bit_cast<std::uint32_t>(expected[i].logit));
    }
}

/// Calls law(question) for each contrast of the library with each plausibility.
template <class Law>
void for_each_pair(Law const& law) {
    causalmm::contrast::list::for_each([&]<class Contrast>() {
        if constexpr (Contrast::branches > 0) {
            causalmm::plausibility::list::for_each([&]<class Plausibility>() {
                support::holds(std::string(Contrast::name) + ", " + std::string(Plausibility::name), [&law] {
                    law(question<Contrast, Plausibility>{support::drawn_in<std::size_t>(1, 60)});
                });
            });
        }
    });
}

}   // namespace

TEST_CASE("laws: N31 a constant added to the factual row or to a branch changes no token", "[laws]") {
    for_each_pair([](auto const& asked) { check_shifts(asked); });
}

TEST_CASE("laws: renaming the tokens renames the survivors", "[laws]") {
    for_each_pair([](auto const& asked) { check_names(asked); });
}

TEST_CASE("laws: N27 what a branch says of a token that is cut changes no bit", "[laws]") {
    for_each_pair([](auto const& asked) { check_cut_tokens(asked); });
}
