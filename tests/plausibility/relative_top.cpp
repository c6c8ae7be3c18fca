// SPDX-License-Identifier: MIT
#include <causalmm/plausibility/relative_top.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include <causalmm/plausibility/adaptive.hpp>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::errc;
using causalmm::plausibility::adaptive;
using causalmm::plausibility::relative_top;

static_assert(causalmm::plausibility::plausibility_policy<relative_top>);
static_assert(relative_top{}.ratio == 0.1f && relative_top{}.min_tokens == 1 && relative_top{}.check());

namespace {

std::array const row{2.0f, -7.0f, 1.5f, causalmm::minus_infinity(), -1.0f};

}   // namespace

TEST_CASE("relative_top: with one token it is the adaptive constraint, bit for bit", "[plausibility]") {
    for (float const ratio : {0.0f, 1e-30f, 0.1f, 0.6f, 1.0f}) {
        float const expected = adaptive{.epsilon = ratio}.cutoff(2.0f);
        CHECK(std::bit_cast<std::uint32_t>(relative_top{.ratio = ratio}.cutoff(row, 2.0f)) ==
              std::bit_cast<std::uint32_t>(expected));
    }
}

TEST_CASE("relative_top: lets the min_tokens-th largest in", "[plausibility]") {
    CHECK(relative_top{.ratio = 0.5f, .min_tokens = 2}.cutoff(row, 2.0f) == 2.0f + std::log(0.5f));   // 1.31 < 1.5
    CHECK(relative_top{.ratio = 0.9f, .min_tokens = 2}.cutoff(row, 2.0f) == 1.5f);
    CHECK(relative_top{.ratio = 0.9f, .min_tokens = 3}.cutoff(row, 2.0f) == -1.0f);
    CHECK(relative_top{.ratio = 0.9f, .min_tokens = 4}.cutoff(row, 2.0f) == -7.0f);
    CHECK(causalmm::is_minus_infinity(relative_top{.min_tokens = 5}.cutoff(row, 2.0f)));   // only four are allowed
}

TEST_CASE("relative_top: N42 N43 a ratio outside [0, 1] or no token is a bad parameter, more than 64 out of capacity",
          "[plausibility]") {
    for (float const bad : {-0.1f, 1.0000001f, support::quiet_nan, support::infinity}) {
        CHECK(relative_top{.ratio = bad}.check() == errc::bad_parameter);
    }
    CHECK(relative_top{.min_tokens = 0}.check() == errc::bad_parameter);
    CHECK(relative_top{.min_tokens = 64}.check() == errc::ok);
    CHECK(relative_top{.min_tokens = 65}.check() == errc::out_of_capacity);
}
