// SPDX-License-Identifier: MIT
#include <causalmm/decode/length_normalized.hpp>

#include <array>

#include "catch.hpp"
#include "support/candidates.hpp"
#include "support/searching.hpp"

using causalmm::errc;
using causalmm::decode::length_normalized;
using beam = causalmm::decode::beam<support::forking<support::fake_engine>, support::search_step>;

static_assert(causalmm::decode::scorer_policy<length_normalized, beam>);

TEST_CASE("length_normalized: the sum over a power of the length with the new token", "[decode]") {
    std::array<support::token, 3> const text{1, 2, 3};
    beam const one{.text = text, .log_likelihood = -7.0, .score = 9.0, .finished = false, .branches = {}};
    CHECK(length_normalized{.alpha = 1.0f}.score(one, 5, -1.0) == -2.0);
    CHECK(length_normalized{.alpha = 0.0f}.score(one, 5, -1.0) == -8.0);
    CHECK(length_normalized{.alpha = 0.5f}.score(one, 5, -1.0) == -4.0);
    CHECK(length_normalized{.alpha = -1.0f}.score(one, 5, -1.0) == -32.0);
    CHECK(length_normalized{}.score(beam{}, 5, -1.0) == -1.0);
}

TEST_CASE("length_normalized: an exponent that is no number is refused", "[decode]") {
    CHECK(length_normalized{}.check());
    CHECK(length_normalized{.alpha = support::quiet_nan}.check() == errc::bad_parameter);
    CHECK(length_normalized{.alpha = support::infinity}.check() == errc::bad_parameter);
}
