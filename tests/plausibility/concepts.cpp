// SPDX-License-Identifier: MIT
#include <causalmm/plausibility/concepts.hpp>

#include <set>
#include <string>
#include <type_traits>

#include <causalmm/decode/step.hpp>
#include <causalmm/plausibility.hpp>

#include "catch.hpp"
#include "support/greedy_step.hpp"

using causalmm::status;
using causalmm::plausibility::plausibility_policy;

namespace {

/// A policy from outside the library: tokens at most so many nats behind the best.
struct within {
    static constexpr std::string_view name = "within";
    float nats = 1.0f;
    constexpr status check() const noexcept { return {}; }
    constexpr float cutoff(float top) const noexcept { return top - nats; }
};
struct throwing : within {
    float cutoff(float top) const { return top; }
};
struct nameless {
    status check() const noexcept { return {}; }
    float cutoff(float top) const noexcept { return top; }
};

}   // namespace

static_assert(plausibility_policy<within>);
static_assert(!plausibility_policy<throwing> && !plausibility_policy<nameless> && !plausibility_policy<int>);

TEMPLATE_LIST_TEST_CASE("plausibility: the contract every policy keeps", "[plausibility]",
                        causalmm::plausibility::list) {
    INFO(TestType::name);
    static_assert(plausibility_policy<TestType> && std::is_trivially_copyable_v<TestType>);
    TestType const policy{};
    REQUIRE(policy.check());
    for (float const top : {-3.0e38f, -1.0f, 0.0f, 12.5f, 3.0e38f}) { CHECK(policy.cutoff(top) <= top); }
}

TEST_CASE("plausibility: every policy of the list has its own name", "[plausibility]") {
    std::set<std::string> names;
    causalmm::plausibility::list::for_each([&]<class Policy>() { names.emplace(Policy::name); });
    CHECK(names.size() == causalmm::plausibility::list::size);
}

TEST_CASE("plausibility: a policy from outside the library cuts in a step", "[plausibility]") {
    support::greedy_step<0, within> const step{.contrast = {}, .plausibility = {.nats = 2.0f}, .sampler = {}};
    CHECK(support::survivors(step, {1.0f, 3.0f, 0.9f, 2.5f}, {}).ids == support::tokens{0, 1, 3});
}
