// SPDX-License-Identifier: MIT
#include <causalmm/decode/branch.hpp>

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

#include "catch.hpp"

using causalmm::decode::branch;

namespace {

struct cache {
    explicit cache(int value) : rows{std::make_unique<int>(value)} {}
    std::unique_ptr<int> rows;
};

}   // namespace

// That a copyable cache is refused is shown by tests/compile_fail/branch_with_copyable_cache.cpp.
static_assert(std::movable<branch<cache>>);
static_assert(!std::is_copy_constructible_v<branch<cache>>);
static_assert(!std::is_copy_assignable_v<branch<cache>>);
static_assert(!std::is_default_constructible_v<branch<cache>>);
static_assert(!std::is_convertible_v<cache, branch<cache>>);
static_assert(!std::is_constructible_v<branch<cache>, cache&>, "a branch takes its cache over, it never borrows one");
static_assert(!std::is_constructible_v<branch<cache>, cache const&>);
static_assert(std::same_as<decltype(std::declval<branch<cache> const&>().cache()), cache const&>);
static_assert(std::same_as<decltype(std::declval<branch<cache>&>().cache()), cache&>);

TEST_CASE("branch: owns the cache it is given and takes it along when moved", "[decode]") {
    cache given{42};
    int const* const rows = given.rows.get();
    branch<cache> one{std::move(given)};
    CHECK(one.cache().rows.get() == rows);
    branch<cache> other{std::move(one)};
    CHECK(other.cache().rows.get() == rows);
    *other.cache().rows = 7;
    CHECK(*std::as_const(other).cache().rows == 7);
    other = branch<cache>{cache{1}};
    CHECK(*other.cache().rows == 1);
}
