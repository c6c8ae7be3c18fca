// SPDX-License-Identifier: MIT
#include <causalmm/visibility/concepts.hpp>

#include <array>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include <causalmm/visibility.hpp>

#include "catch.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::status;
using causalmm::visibility::bidirectional;
using causalmm::visibility::causal;
using causalmm::visibility::key_range;
using causalmm::visibility::key_run;
using causalmm::visibility::key_runs;
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
std::array<index_t, 18> const ring{6, 7, 8, 0, 1, 2, 3, 4, 5, -1, 4, 5, -1, -1, 0, 1, 2, 3};
std::array<index_t, 2> const first{2, 0};

template <class Policy>
Policy make() {
    if constexpr (requires(Policy p) { p.valid; }) {
        return {.valid = halves, .inner = {}};
    } else if constexpr (requires(Policy p) { p.origins; }) {
        static constexpr std::remove_cvref_t<decltype(*Policy{}.data)> seen[2 * 12 * 9]{};
        return {.data = seen, .extents = {2, 1, 12, 9}, .strides = {108, 0, 9, 1}};
    } else if constexpr (requires(Policy p) { p.positions; }) {
        return {.positions = ring, .first_query = first};
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
    REQUIRE(causalmm::visibility::check(policy, 2, 12, 9) == errc::ok);
    for (index_t batch = 0; batch < 2; ++batch) {
        for (index_t query = 0; query < 12; ++query) {
            CHECK(copy.keys(batch, query, 9) == policy.keys(batch, query, 9));
            index_t next = 0;   // position
            for (key_run const& run : causalmm::visibility::runs_of(policy, batch, query, 9)) {
                if (run.size() == 0) { continue; }
                CHECK((run.begin >= 0 && run.end <= 9));
                CHECK(run.position() >= next);
                next = run.position() + run.size();
            }
        }
    }
}

namespace {

struct outside : window {
    key_range keys(index_t, index_t query, index_t count) const noexcept { return {0, count + (query == 2 ? 1 : 0)}; }
};
struct before_zero : window {
    key_range keys(index_t, index_t query, index_t) const noexcept { return {query == 2 ? 1 : 3, 5}; }
    index_t origin(index_t) const noexcept { return 3; }
};
struct asks_queries : bidirectional {
    status check(index_t, index_t queries, index_t) const noexcept {
        return queries == 3 ? status{} : status{errc::shape_mismatch, "three"};
    }
};

}   // namespace

TEST_CASE("visibility: a promise that one row breaks is refused", "[visibility]") {
    using causalmm::visibility::check;
    CHECK(check(outside{}, 1, 2, 9) == errc::ok);
    CHECK(check(outside{}, 1, 3, 9) == errc::bad_parameter);
    CHECK(check(before_zero{}, 1, 2, 9) == errc::ok);
    CHECK(check(before_zero{}, 2, 3, 9) == errc::bad_parameter);
    CHECK(check(causal{.offset = -1}, 1, 3, 9) == errc::bad_parameter);
    static_assert(visibility_policy<asks_queries>);
    CHECK(check(asks_queries{}, 1, 3, 9) == errc::ok);
    CHECK(check(asks_queries{}, 1, 4, 9) == errc::shape_mismatch);
}

TEST_CASE("visibility: runs are kept by position, joined where they go on, and told apart from others",
          "[visibility]") {
    key_runs runs;
    runs.add({{0, 3}, -10});   // positions 10..12
    runs.add({{3, 3}, 0});     // nothing
    runs.add({{5, 7}, 2});     // 3..4
    runs.add({{7, 8}, 2});     // 5
    runs.add({{9, 10}, 2});    // 7
    REQUIRE(runs.check());
    CHECK(runs.total() == 7);
    CHECK(std::vector<key_run>(runs.begin(), runs.end()) ==
          std::vector<key_run>{{{5, 8}, 2}, {{9, 10}, 2}, {{0, 3}, -10}});
    CHECK_FALSE(runs == key_runs{});
    key_runs twice = runs;
    twice.add({{20, 22}, 16});   // 4..5
    CHECK(twice.check() == errc::bad_parameter);
    key_runs around = runs;
    around.add({{30, 40}, 22});   // 8..17
    CHECK(around.check() == errc::bad_parameter);
    for (index_t i = 0; i < 5; ++i) { runs.add({{100 + 2 * i, 101 + 2 * i}, 0}); }
    CHECK(runs.check() == errc::ok);
    runs.add({{200, 201}, 0});
    CHECK(runs.check() == errc::out_of_capacity);
}

TEST_CASE("visibility: every policy of the list has its own name", "[visibility]") {
    std::set<std::string> names;
    causalmm::visibility::list::for_each([&]<class Policy>() { names.emplace(Policy::name); });
    CHECK(names.size() == causalmm::visibility::list::size);
}
