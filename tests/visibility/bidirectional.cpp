// SPDX-License-Identifier: MIT
#include <causalmm/visibility/bidirectional.hpp>

#include "catch.hpp"

using causalmm::visibility::bidirectional;
using causalmm::visibility::key_range;

static_assert(causalmm::visibility::visibility_policy<bidirectional>);
static_assert(bidirectional::name == "bidirectional");
static_assert(bidirectional{}.keys(0, 0, 577) == key_range{0, 577});
static_assert(bidirectional{}.keys(3, 576, 577) == key_range{0, 577}, "the same for every query and batch row");
static_assert(bidirectional{}.keys(0, 9, 4) == key_range{0, 4}, "more queries than keys");
static_assert(bidirectional{}.origin(5) == 0);

TEST_CASE("bidirectional: every shape is fine, the empty one included", "[visibility]") {
    CHECK(bidirectional{}.check(1, 577) == causalmm::errc::ok);
    CHECK(bidirectional{}.check(0, 0) == causalmm::errc::ok);
    CHECK(bidirectional{}.keys(0, 0, 0).size() == 0);
}
