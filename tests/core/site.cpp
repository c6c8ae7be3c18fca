// SPDX-License-Identifier: MIT
#include <causalmm/core/site.hpp>

#include <type_traits>

#include "catch.hpp"

using causalmm::site;
using causalmm::tower;

static_assert(std::is_trivially_copyable_v<site>);
static_assert(sizeof(tower) == 1);
static_assert(tower::vision != tower::language);
static_assert(std::is_unsigned_v<decltype(site::sample)> && sizeof(site::sample) == 8);

TEST_CASE("site: by default the first weight of the language model", "[core]") {
    site const first;
    CHECK(first.tower == tower::language);
    CHECK(first.sample == 0);
    CHECK((first.layer == 0 && first.head == 0 && first.query == 0 && first.key == 0));
}
