// SPDX-License-Identifier: MIT
#include <causalmm/decode/contrast_counts.hpp>

#include <type_traits>

#include "catch.hpp"

using causalmm::decode::contrast_counts;

static_assert(std::is_trivially_copyable_v<contrast_counts> && std::is_aggregate_v<contrast_counts>);
static_assert(contrast_counts{} == contrast_counts{.needed = 0, .skipped = 0});
static_assert(contrast_counts{.needed = 1, .skipped = 0} != contrast_counts{.needed = 0, .skipped = 1});

TEST_CASE("contrast_counts: begin at none", "[decode]") {
    contrast_counts counts;
    CHECK(counts.needed + counts.skipped == 0);
    ++counts.skipped;
    CHECK(counts == contrast_counts{.needed = 0, .skipped = 1});
}
