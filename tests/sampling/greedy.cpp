// SPDX-License-Identifier: MIT
#include <causalmm/sampling/greedy.hpp>

#include <cstddef>
#include <vector>

#include <causalmm/core/finite.hpp>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::sampling::greedy;
using support::candidates;

static_assert(causalmm::sampling::choice_policy<greedy>);
static_assert(!causalmm::sampling::filter_policy<greedy>);
static_assert(greedy{}.check());

TEST_CASE("greedy: N50 takes the largest logit, the lowest id among equals", "[sampling]") {
    CHECK(greedy{}.choose(candidates({1.0f, 3.0f, 2.0f}), {}) == 1);
    CHECK(greedy{}.choose(candidates({1.0f, 3.0f, 3.0f, 3.0f}), {}) == 1);
    CHECK(greedy{}.choose(candidates({0.0f, 0.0f}), {}) == 0);
    CHECK(greedy{}.choose(candidates({-0.0f, 0.0f}), {}) == 0);   // the two zeros are equal
    CHECK(greedy{}.choose(candidates({-3.0e38f, -2.9e38f}), {}) == 1);
    CHECK(greedy{}.choose(candidates({causalmm::minus_infinity(), -3.0e38f}), {}) == 1);
}

TEST_CASE("greedy: returns the id, not the place", "[sampling]") {
    std::vector<support::candidate> const some{{7, 1.0f}, {31999, 2.0f}, {40000, 2.0f}};
    CHECK(greedy{}.choose(some, {}) == 31999);
}

TEST_CASE("greedy: N60 finds the maximum wherever it stands, at every vocabulary size", "[sampling]") {
    for (int const size : support::vocabularies) {
        INFO(size);
        auto const count = static_cast<std::size_t>(size);
        std::vector<support::candidate> all = candidates(std::vector<float>(count, -1.5f));
        CHECK(greedy{}.choose(all, {}) == 0);
        for (std::size_t const place :
             {count - 1, count / 2, std::size_t{0}}) {   // descending: an equal later one must lose
            all[place].logit = -1.25f;
            CHECK(greedy{}.choose(all, {}) == static_cast<support::token>(place));
        }
    }
}

TEST_CASE("greedy: does not look at the draw", "[sampling]") {
    auto const all = candidates({1.0f, 1.5f, 1.25f});
    for (std::uint64_t step = 0; step < 100; ++step) {
        CHECK(greedy{}.choose(all, {.seed = step, .sample = 5, .step = step}) == 1);
    }
}
