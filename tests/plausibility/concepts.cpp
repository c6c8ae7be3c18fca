// SPDX-License-Identifier: MIT
#include <causalmm/plausibility/concepts.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <causalmm/decode/step.hpp>
#include <causalmm/plausibility.hpp>

#include "catch.hpp"
#include "support/greedy_step.hpp"

using causalmm::status;
using causalmm::plausibility::cuts_by_row;
using causalmm::plausibility::plausibility_policy;

namespace {

/// A policy from outside the library: tokens at most so many nats behind the best.
struct within {
    static constexpr std::string_view name = "within";
    float nats = 1.0f;
    constexpr status check() const noexcept { return {}; }
    constexpr float cutoff(float top) const noexcept { return top - nats; }
};
/// One that looks at the whole row: half of the tokens stay.
struct upper_half {
    static constexpr std::string_view name = "upper_half";
    status check() const noexcept { return {}; }
    float cutoff(std::span<float const> row, float) const noexcept {
        std::vector<float> sorted(row.begin(), row.end());
        std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
        return sorted[sorted.size() / 2];
    }
};
struct both_ways : within {
    using within::cutoff;
    float cutoff(std::span<float const>, float top) const noexcept { return top; }
};
struct throwing : within {
    float cutoff(float top) const { return top; }
};
struct nameless {
    status check() const noexcept { return {}; }
    float cutoff(float top) const noexcept { return top; }
};

}   // namespace

static_assert(plausibility_policy<within> && plausibility_policy<upper_half> && cuts_by_row<upper_half>);
static_assert(!plausibility_policy<both_ways>, "one of the two, not both");
static_assert(!plausibility_policy<throwing> && !plausibility_policy<nameless> && !plausibility_policy<int>);

TEMPLATE_LIST_TEST_CASE("plausibility: the contract every policy keeps", "[plausibility]",
                        causalmm::plausibility::list) {
    INFO(TestType::name);
    static_assert(plausibility_policy<TestType> && std::is_trivially_copyable_v<TestType>);
    TestType const policy{};
    REQUIRE(policy.check());
    for (float const top : {-3.0e38f, -1.0f, 0.0f, 12.5f, 3.0e38f}) {
        std::array const row{-3.2e38f, top, causalmm::minus_infinity(), -3.1e38f};
        CHECK(cutoff(policy, row, top) <= top);
    }
}

TEST_CASE("plausibility: every policy of the list has its own name", "[plausibility]") {
    std::set<std::string> names;
    causalmm::plausibility::list::for_each([&]<class Policy>() { names.emplace(Policy::name); });
    CHECK(names.size() == causalmm::plausibility::list::size);
}

TEST_CASE("plausibility: a policy from outside the library cuts in a step", "[plausibility]") {
    support::greedy_step<0, within> const step{.contrast = {}, .plausibility = {.nats = 2.0f}, .sampler = {}};
    CHECK(support::survivors(step, {1.0f, 3.0f, 0.9f, 2.5f}, {}).ids == support::tokens{0, 1, 3});
    support::greedy_step<0, upper_half> const half{};
    CHECK(support::survivors(half, {1.0f, 3.0f, 0.9f, 2.5f}, {}).ids == support::tokens{1, 3});
}
