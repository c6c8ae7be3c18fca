// SPDX-License-Identifier: MIT
#include <causalmm/decode/beam.hpp>

#include <type_traits>

#include "catch.hpp"
#include "support/searching.hpp"

using beam = causalmm::decode::beam<support::forking<support::fake_engine>, support::search_step>;

static_assert(std::is_trivially_copyable_v<beam> && std::is_aggregate_v<beam>);

TEST_CASE("beam: begins with no text, of probability one, in no branch", "[decode]") {
    beam const one{};
    CHECK(one.text.empty());
    CHECK((one.log_likelihood == 0.0 && one.score == 0.0 && !one.finished));
    CHECK(one.branches.running().empty());
}
