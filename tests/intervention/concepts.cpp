// SPDX-License-Identifier: MIT
#include <causalmm/intervention/concepts.hpp>

#include <set>
#include <string>

#include <causalmm/intervention.hpp>

#include "catch.hpp"

using causalmm::index_t;
using causalmm::row_stats;
using causalmm::site;
using causalmm::status;
using namespace causalmm::intervention;   // NOLINT: the folder under test

namespace {

struct base {
    static constexpr std::string_view name = "base";
    constexpr status check() const noexcept { return {}; }
};
// Policies from outside the library, one for each verb.
struct halved : base {
    constexpr affine_weight affine(row_stats const&) const noexcept { return {.a = 0.0f, .b = 0.5f}; }
};
struct squared : base {
    auto weight(row_stats const&, site const&) const noexcept {
        return [](index_t, float w) noexcept { return w * w; };
    }
};
struct cooler : base {
    auto score(site const&) const noexcept {
        return [](index_t, float s) noexcept { return 0.5f * s; };
    }
};
struct rotated : base {
    auto swaps(site const&) const noexcept {
        return [](index_t i) noexcept { return i - 1; };
    }
};
struct two_verbs : halved {
    auto score(site const&) const noexcept {
        return [](index_t, float s) noexcept { return s; };
    }
};
struct throwing : base {
    affine_weight affine(row_stats const&) const { return {}; }
};
struct unchecked {
    static constexpr std::string_view name = "unchecked";
    affine_weight affine(row_stats const&) const noexcept { return {}; }
};
struct nameless {
    status check() const noexcept { return {}; }
    affine_weight affine(row_stats const&) const noexcept { return {}; }
};
struct pinned : halved {
    pinned() = default;
    pinned(pinned const&) = delete;
    pinned& operator=(pinned const&) = delete;
};

template <class Policy>
constexpr int verbs = int{affine_policy<Policy>} + int{weight_policy<Policy>} + int{score_policy<Policy>} +
                      int{index_policy<Policy>} + int{chained_policy<Policy>};

}   // namespace

static_assert(intervention_policy<halved> && intervention_policy<squared> && intervention_policy<cooler> &&
              intervention_policy<rotated>);
static_assert(!intervention_policy<base>, "no verb");
static_assert(!intervention_policy<two_verbs>, "two verbs");
static_assert(!intervention_policy<throwing>, "a verb may not throw");
static_assert(!intervention_policy<unchecked> && !intervention_policy<nameless> && !intervention_policy<pinned>);
static_assert(!intervention_policy<int>);
static_assert(score_policy<renormalized<cooler>>, "every verb passes through the wrapper");
static_assert(weight_policy<renormalized<squared>>);

TEMPLATE_LIST_TEST_CASE("intervention: the contract every policy keeps", "[intervention]",
                        causalmm::intervention::list) {
    INFO(TestType::name);
    static_assert(intervention_policy<TestType>);
    static_assert(verbs<TestType> == 1);
    static_assert(std::is_trivially_copyable_v<TestType>, "a policy can be sent to a device");
    TestType const policy{};
    TestType const copy = policy;
    CHECK(policy.check() == causalmm::errc::ok);
    CHECK(copy.check() == causalmm::errc::ok);
    CHECK(scope_of(policy) == scope::row);
    std::string_view const name = TestType::name;
    CHECK_FALSE(name.empty());
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
}

TEST_CASE("intervention: every policy of the list has its own name", "[intervention]") {
    std::set<std::string> names;
    causalmm::intervention::list::for_each([&]<class Policy>() { names.emplace(Policy::name); });
    CHECK(names.size() == causalmm::intervention::list::size);
}

TEST_CASE("intervention: dose = a visible + b mass, without rounding to float", "[intervention]") {
    row_stats const row{.visible = 577, .max_prob = 0.5f, .mass = 0.75, .mean = 0.75 / 577};
    CHECK(dose({.a = 0.0f, .b = 1.0f}, row) == 0.75);
    CHECK(dose({.a = 0.5f, .b = -1.0f}, row) == 577 * 0.5 - 0.75);
    CHECK(dose({}, {.visible = 0, .mass = 0.0}) == 0.0);
    CHECK(dose({.a = 1.0f, .b = 0.0f}, {.visible = (index_t{1} << 25) + 1}) == 33554433.0);
}
