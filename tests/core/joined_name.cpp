// SPDX-License-Identifier: MIT
#include <causalmm/core/joined_name.hpp>

#include <string>

#include "catch.hpp"

using causalmm::joined_name;

namespace {
struct red {
    static constexpr std::string_view name = "red";
};
struct deep_blue {
    static constexpr std::string_view name = "deep_blue";
};
struct nested {
    static constexpr auto name = joined_name<"very_", red>;
};
}   // namespace

static_assert(joined_name<"not_", red> == "not_red");
static_assert(joined_name<"", red> == "red");
static_assert(joined_name<"chain_", red, deep_blue, red> == "chain_red_deep_blue_red");
static_assert(joined_name<"alone_"> == "alone_");
static_assert(joined_name<"chain_", nested, red> == "chain_very_red_red");
static_assert(joined_name<"a_", red>.size() == 5, "no closing zero inside the view");

TEST_CASE("joined_name: equal arguments give the same characters in memory", "[core]") {
    constexpr std::string_view first = joined_name<"not_", red>;
    constexpr std::string_view second = joined_name<"not_", red>;
    CHECK(first.data() == second.data());
    CHECK(std::string{first} == "not_red");
}
