// SPDX-License-Identifier: MIT
#include <causalmm/decode/ranking.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "catch.hpp"
#include "support/scripted_engine.hpp"

using causalmm::decode::continuation;
using causalmm::decode::ranking;
using support::token;

static_assert(ranking<4>{3}.best().empty());
static_assert([] {
    ranking<4> two{2};
    for (double const score : {1.0, 3.0, 2.0}) { two.offer({.score = score}); }
    return two.best().size() == 2 && two.best()[0].score == 3.0 && two.best()[1].score == 2.0;
}());

TEST_CASE("ranking: the head of a stable sort, for every width and with ties", "[decode]") {
    support::numbers random{4};
    for (std::size_t const width : {0u, 1u, 2u, 7u, 16u}) {
        for (std::size_t const offers : {0u, 1u, 2u, 6u, 7u, 8u, 100u}) {
            INFO("width " << width << ", offers " << offers);
            ranking<16> ranked{width};
            std::vector<continuation> all;
            for (std::size_t i = 0; i < offers; ++i) {
                all.push_back({.parent = i, .next = 0, .score = static_cast<double>(random.below(5)) - 2.0});
                ranked.offer(all.back());
            }
            std::ranges::stable_sort(all, [](auto const& a, auto const& b) { return a.score > b.score; });
            REQUIRE(ranked.best().size() == std::min(width, offers));
            for (std::size_t i = 0; i < ranked.best().size(); ++i) { CHECK(ranked.best()[i].parent == all[i].parent); }
        }
    }
}
