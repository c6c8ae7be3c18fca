// SPDX-License-Identifier: MIT
#include <causalmm/sampling/pipeline.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include <causalmm/core/finite.hpp>
#include <causalmm/sampling/greedy.hpp>
#include <causalmm/sampling/multinomial.hpp>
#include <causalmm/sampling/temperature.hpp>
#include <causalmm/sampling/top_k.hpp>
#include <causalmm/sampling/top_p.hpp>

#include "catch.hpp"
#include "support/candidates.hpp"

using namespace causalmm::sampling;
using causalmm::errc;
using causalmm::minus_infinity;
using support::candidates;

namespace {

/// A choice from outside the library: the last of those left, so that a test sees what the filters left.
struct last {
    static constexpr std::string_view name = "last";
    constexpr causalmm::status check() const noexcept { return {}; }
    constexpr token choose(std::span<candidate const> left, draw const&) const noexcept { return left.back().id; }
};

/// A filter from outside the library: forbids one token.
struct without {
    static constexpr std::string_view name = "without";
    token id = 0;
    constexpr causalmm::status check() const noexcept { return {}; }
    constexpr std::size_t filter(std::span<candidate> all) const noexcept {
        auto const end =
            std::remove_if(all.begin(), all.end(), [this](candidate const& each) { return each.id == id; });
        return static_cast<std::size_t>(end - all.begin());
    }
};

using usual = pipeline<multinomial, temperature, top_k, top_p>;

template <class Sampler>
token drawn(Sampler const& sampler, std::vector<candidate> all, draw const& which = {}) {
    auto const result = sampler.sample(all, which);
    REQUIRE(result);
    return result.value;
}

}   // namespace

TEST_CASE("pipeline: without filters it is the choice alone", "[sampling]") {
    CHECK(drawn(pipeline<greedy>{}, candidates({1.0f, 3.0f, 3.0f})) == 1);
    CHECK(drawn(pipeline<last>{}, candidates({1.0f, 3.0f, 3.0f})) == 2);
    auto const all = candidates({1.0f, 3.0f, 2.0f});
    for (std::uint64_t step = 0; step < 100; ++step) {
        draw const which{.seed = 1, .sample = 1, .step = step};
        CHECK(drawn(pipeline<multinomial>{}, all, which) == multinomial{}.choose(all, which));
    }
}

TEST_CASE("pipeline: filters run in the order written", "[sampling]") {
    // probabilities 3/4, 1/4; at T = 1/2 they are 9/10, 1/10: 0.8 is reached by one token there, by two before
    auto const all = candidates({1.09861229f, 0.0f});
    pipeline<last, temperature, top_p> const cooled{.filters = {{0.5f}, {0.8f}}, .choice = {}};
    pipeline<last, top_p, temperature> const narrowed{.filters = {{0.8f}, {0.5f}}, .choice = {}};
    CHECK(drawn(cooled, all) == 0);
    CHECK(drawn(narrowed, all) == 1);

    pipeline<last, without, top_k> const replaced{.filters = {{0}, {1}}, .choice = {}};
    CHECK(drawn(replaced, candidates({3.0f, 1.0f, 2.0f})) == 2);
}

TEST_CASE("pipeline: check names the first bad filter, then the choice", "[sampling]") {
    CHECK(usual{}.check());
    CHECK(usual{.filters = {{-1.0f}, {}, {0.5f}}, .choice = {}}.check() == errc::bad_parameter);
    CHECK(usual{.filters = {{1.0f}, {}, {1.5f}}, .choice = {}}.check() == errc::bad_parameter);
    std::string_view const first = usual{.filters = {{-1.0f}, {}, {1.5f}}, .choice = {}}.check().what;
    CHECK(first == temperature{-1.0f}.check().what);
    CHECK(pipeline<greedy>{}.check());
}

TEST_CASE("pipeline: N55 N56 temperature 0 and top-k 1 are greedy, whatever the draw", "[sampling]") {
    for (std::uint64_t step = 0; step < 100; ++step) {
        draw const which{.seed = 8, .sample = 0, .step = step};
        CHECK(drawn(usual{.filters = {{0.0f}, {}, {}}, .choice = {}}, candidates({1.0f, 3.0f, 3.0f}), which) == 1);
        CHECK(drawn(usual{.filters = {{1.0f}, {1}, {}}, .choice = {}}, candidates({1.0f, 3.0f, 3.0f}), which) == 1);
        CHECK(drawn(usual{.filters = {{1.0f}, {}, {0.0f}}, .choice = {}}, candidates({1.0f, 3.0f, 3.0f}), which) == 1);
        CHECK(drawn(usual{.filters = {{1e-6f}, {}, {}}, .choice = {}}, candidates({1.0f, 3.0f, 2.999f}), which) == 1);
    }
}

TEST_CASE("pipeline: N54 a forbidden token is never drawn", "[sampling]") {
    for (std::uint64_t step = 0; step < 1000; ++step) {
        draw const which{.seed = 8, .sample = 1, .step = step};
        CHECK(drawn(usual{.filters = {{1e6f}, {}, {0.999f}}, .choice = {}},
                    candidates({minus_infinity(), 0.0f, minus_infinity()}), which) == 1);
    }
}

TEST_CASE("pipeline: N46 N51 no candidate, or none of positive probability, is an empty support", "[sampling]") {
    auto const refuses = [](auto const& sampler, std::vector<candidate> all) {
        auto const result = sampler.sample(all, {.seed = 1, .sample = 2, .step = 3});
        return result.status == errc::empty_support && result.value == no_token;
    };
    CHECK(refuses(pipeline<greedy>{}, {}));
    CHECK(refuses(usual{}, {}));
    CHECK(refuses(pipeline<greedy>{}, candidates({minus_infinity()})));
    CHECK(refuses(pipeline<multinomial>{}, candidates({minus_infinity(), minus_infinity()})));
    CHECK(refuses(usual{}, candidates({minus_infinity(), minus_infinity()})));
    CHECK(refuses(pipeline<greedy, without>{.filters = {{0}}, .choice = {}}, candidates({1.0f})));
}

TEST_CASE("pipeline: N51 NaN or +infinity draws no token", "[sampling]") {
    auto const refuses = [](auto const& sampler, std::vector<candidate> all) {
        auto const result = sampler.sample(all, {.seed = 1, .sample = 2, .step = 3});
        return !result && result.value == no_token;
    };
    for (float const bad : {support::quiet_nan, -support::quiet_nan, support::infinity}) {
        CHECK(refuses(pipeline<greedy>{}, candidates({bad, 1.0f})));
        CHECK(refuses(pipeline<multinomial>{}, candidates({1.0f, bad})));
        CHECK(refuses(usual{}, candidates({1.0f, bad, minus_infinity()})));
    }
}

TEST_CASE("pipeline: N60 every vocabulary size gives a token of the vocabulary", "[sampling]") {
    for (int const size : support::vocabularies) {
        for (std::uint64_t step = 0; step < 5; ++step) {
            auto const all = candidates(std::vector<float>(static_cast<std::size_t>(size), 1.0f));
            auto const token = drawn(usual{.filters = {{0.7f}, {50}, {0.9f}}, .choice = {}}, all,
                                     {.seed = 1, .sample = 1, .step = step});
            CHECK(token >= 0);
            CHECK(token < std::min(size, 45));   // 45 of the 50 lowest ids reach 0.9
        }
    }
}
