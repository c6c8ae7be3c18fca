// SPDX-License-Identifier: MIT
#include <causalmm/visibility/concepts.hpp>

#include <array>
#include <set>
#include <string>

#include <causalmm/visibility.hpp>

#include "catch.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::status;
using causalmm::visibility::key_range;
using causalmm::visibility::visibility_policy;

static_assert(key_range{2, 5}.size() == 3);
static_assert(key_range{5, 2}.size() == 0, "backwards is empty, not negative");
static_assert(key_range{}.size() == 0);

namespace {

// A policy from outside the library: every second batch row sees its last two keys.
struct window {
    static constexpr std::string_view name = "window";
    status check(index_t, index_t) const noexcept { return {}; }
    key_range keys(index_t batch, index_t, index_t count) const noexcept {
        return {batch % 2 == 0 ? 0 : count - 2, count};
    }
    index_t origin(index_t) const noexcept { return 0; }
};
struct throwing : window {
    key_range keys(index_t, index_t, index_t) const { return {}; }
};
struct no_origin {
    static constexpr std::string_view name = "no_origin";
    status check(index_t, index_t) const noexcept { return {}; }
    key_range keys(index_t, index_t, index_t) const noexcept { return {}; }
};

std::array<key_range, 2> const halves{{{0, 3}, {4, 9}}};

template <class Policy>
Policy make() {
    if constexpr (requires(Policy p) { p.valid; }) {
        return {.valid = halves, .inner = {}};
    } else {
        return {};
    }
}

}   // namespace

static_assert(visibility_policy<window>);
static_assert(!visibility_policy<throwing>, "a policy that may throw is refused");
static_assert(!visibility_policy<no_origin>);
static_assert(!visibility_policy<int>);

TEMPLATE_LIST_TEST_CASE("visibility: the contract every policy keeps", "[visibility]", causalmm::visibility::list) {
    INFO(TestType::name);
    static_assert(visibility_policy<TestType>);
    auto const policy = make<TestType>();
    auto const copy = policy;
    REQUIRE(policy.check(2, 9) == errc::ok);
    for (index_t batch = 0; batch < 2; ++batch) {
        CHECK(policy.origin(batch) >= 0);
        for (index_t query = 0; query < 12; ++query) {
            key_range const seen = policy.keys(batch, query, 9);
            CHECK(copy.keys(batch, query, 9) == seen);
            if (seen.size() == 0) { continue; }
            CHECK(seen.begin >= policy.origin(batch));
            CHECK(seen.end <= 9);
        }
    }
}

TEST_CASE("visibility: every policy of the list has its own name", "[visibility]") {
    std::set<std::string> names;
    causalmm::visibility::list::for_each([&]<class Policy>() { names.emplace(Policy::name); });
    CHECK(names.size() == causalmm::visibility::list::size);
}
