// SPDX-License-Identifier: MIT
#include <causalmm/decode/log_likelihood.hpp>

#include "catch.hpp"
#include "support/searching.hpp"

using causalmm::decode::log_likelihood;
using beam = causalmm::decode::beam<support::forking<support::fake_engine>, support::search_step>;

static_assert(causalmm::decode::scorer_policy<log_likelihood, beam>);

TEST_CASE("log_likelihood: adds the token's to the beam's", "[decode]") {
    CHECK(log_likelihood{}.check());
    beam const one{.text = {}, .log_likelihood = -2.5, .score = 9.0, .finished = false, .branches = {}};
    CHECK(log_likelihood{}.score(one, 3, -0.5) == -3.0);
}
