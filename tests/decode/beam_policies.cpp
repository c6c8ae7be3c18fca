// SPDX-License-Identifier: MIT
// No header of its own: processors, scorers and contrasts from outside the library in a beam search.
#include <causalmm/decode/beam_search.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "support/candidates.hpp"
#include "support/searching.hpp"

using namespace support;
using causalmm::decode::batched;
using causalmm::decode::log_likelihood;
using told = forking<fake_engine>;

namespace {

/// Forbids what a text already holds.
constexpr auto no_repetition = [](auto const& beam, std::span<candidate> candidates) noexcept {
    auto const kept = std::ranges::remove_if(
        candidates, [&](candidate const& each) { return std::ranges::find(beam.text, each.id) != beam.text.end(); });
    return candidates.size() - kept.size();
};

/// Prefers texts of small ids; takes none of `forbidden`; may be told to fail.
struct small_ids {
    static constexpr std::string_view name = "small_ids";
    double bad = 0.0;
    token forbidden = 5;

    status check() const noexcept { return {}; }
    template <class Beam>
    double score(Beam const& beam, token next, double log_prob) const noexcept {
        if (next == forbidden) { return double{causalmm::minus_infinity()}; }
        return beam.score + log_prob - 0.25 * next + bad;
    }
};

struct nameless {
    status check() const noexcept { return {}; }
    template <class Beam>
    double score(Beam const&, token, double) const noexcept {
        return 0.0;
    }
};
using some_beam = causalmm::decode::beam<told, search_step>;
static_assert(causalmm::decode::scorer_policy<small_ids, some_beam>);
static_assert(!causalmm::decode::scorer_policy<nameless, some_beam>);

/// Plain rows at even steps, contrasted ones at odd steps.
struct alternating {
    static constexpr std::string_view name = "alternating";
    static constexpr std::size_t branches = 1;
    status check() const noexcept { return {}; }
    bool reads(std::size_t) const noexcept { return true; }
    auto prepare(auto const& rows) const noexcept {
        float const gamma = rows.step() % 2 == 0 ? 0.0f : 1.0f;
        return [gamma](float factual, std::span<float const> others) noexcept {
            return (1.0f + gamma) * factual - gamma * others[0];
        };
    }
};

}   // namespace

TEST_CASE("beam_search: a processor sees the beam whose candidates it changes", "[decode]") {
    constexpr std::size_t vocabulary = 6;
    searching<told> some{4, 8, vocabulary};
    auto search = some.with(make_step(1.0f, 0.0f));
    for (std::size_t t = 0; t < vocabulary; ++t) {
        REQUIRE(search.next(no_repetition));
        for (auto const& each : search.beams()) {
            tokens sorted(each.text.begin(), each.text.end());
            std::ranges::sort(sorted);
            CHECK(std::ranges::adjacent_find(sorted) == sorted.end());
        }
    }
    CHECK(search.beams()[0].log_likelihood > search.beams()[1].log_likelihood);
    CHECK(search.next(no_repetition) == errc::empty_support);   // nothing is left to say
    auto const spoil = [](auto const&, std::span<candidate> candidates) noexcept {
        candidates[1].logit = quiet_nan;
        return candidates.size();
    };
    CHECK(search.next(spoil) == errc::non_finite_factual);
    CHECK(search.next());
}

TEST_CASE("beam_search: what a processor leaves shares the probability", "[decode]") {
    searching<told> some{2, 2, 23};
    auto search = some.with(make_step(1.0f, 0.0f));
    auto const first_two = [](auto const&, std::span<candidate>) noexcept { return std::size_t{2}; };
    REQUIRE(search.next(first_two));
    double total = 0.0;
    for (auto const& each : search.beams()) { total += std::exp(each.log_likelihood); }
    CHECK(total == Approx(1.0).epsilon(1e-14));
}

TEST_CASE("beam_search: a scorer from outside the library ranks, forbids and may fail", "[decode]") {
    constexpr std::size_t vocabulary = 23, steps = 6;
    searching<told, batched, small_ids> some{3, steps, vocabulary};
    auto search = some.with(make_step(1.0f, 0.01f));
    for (std::size_t t = 0; t < steps; ++t) { REQUIRE(search.next()); }
    auto const rate = [](hypothesis const& one) {
        double sum = one.log_likelihood;
        for (token const each : one.text) { sum -= each == 5 ? 1e9 : 0.25 * each; }
        return sum;
    };
    check_beams(search, slow_search(3, steps, vocabulary, 1.0, double{0.01f}, no_token, rate));

    for (float const bad : {quiet_nan, infinity}) {
        searching<told, batched, small_ids> other{3, steps, vocabulary};
        auto failing = other.with(make_step(1.0f, 0.01f), no_token, small_ids{.bad = double{bad}});
        CHECK(failing.next() == errc::bad_parameter);
        CHECK(failing.beams()[0].text.empty());
    }
}

TEST_CASE("beam_search: a contrast is told the step", "[decode]") {
    constexpr std::size_t vocabulary = 23;
    using step = causalmm::decode::step<alternating, causalmm::plausibility::adaptive, search_step_sampler>;
    using search_type = causalmm::decode::beam_search<told, batched, step, log_likelihood, 1>;
    searching<told> some{1, 8, vocabulary};
    search_type search{some.engine,  {},        {.contrast = {}, .plausibility = {0.0f}, .sampler = {}}, {}, some.sets,
                       some.scratch, some.texts};
    tokens expected;
    for (int t = 0; t < 8; ++t) {
        REQUIRE(search.next());
        auto const probs = log_probs(expected, vocabulary, t % 2 == 0 ? 0.0 : 1.0, 0.0);
        expected.push_back(static_cast<token>(std::ranges::max_element(probs) - probs.begin()));
    }
    auto const text = search.beams()[0].text;
    CHECK(tokens(text.begin(), text.end()) == expected);
}
