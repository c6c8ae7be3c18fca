// SPDX-License-Identifier: MIT
#include <causalmm/contrast/time_varying.hpp>

#include <cmath>
#include <vector>

#include <causalmm/contrast/linear.hpp>

#include "catch.hpp"
#include "support/candidates.hpp"
#include "support/prepared.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::contrast::linear;
using causalmm::contrast::time_varying;
using support::contrasted;

static_assert(causalmm::contrast::contrast_policy<time_varying>);
static_assert(causalmm::contrast::prepared_contrast<time_varying> &&
              !causalmm::contrast::direct_contrast<time_varying>);
static_assert(time_varying{}.rate == 0.02f && time_varying{}.reads(0) && !time_varying{.rate = 0.0f}.reads(0));

namespace {

float at(float rate, index_t step, float factual, float other) {
    return contrasted(time_varying{rate}, {.now = step, .own = {factual}, .others = {{{other}}}})[0];
}

}   // namespace

TEST_CASE("time_varying: values worked out by hand", "[contrast]") {
    float const doubling = std::log(2.0f);   // g_t = 2^-t, strength 2^t - 1
    CHECK(at(doubling, 0, 3.0f, 1.0f) == 3.0f);
    CHECK(at(doubling, 1, 3.0f, 1.0f) == Approx(5.0).epsilon(1e-6));    // 3 + 1 * 2
    CHECK(at(doubling, 3, 3.0f, 1.0f) == Approx(17.0).epsilon(1e-6));   // 3 + 7 * 2
    CHECK(at(doubling, 2, 1.0f, 2.0f) == Approx(-2.0).epsilon(1e-6));   // 1 - 3 * 1
}

TEST_CASE("time_varying: is the source's (1 - g) / g at every step", "[contrast]") {
    for (index_t t = 0; t < 300; t += 7) {
        double const g = std::exp(-double{0.02f} * static_cast<double>(t));
        CHECK(at(0.02f, t, 1.0f, 0.5f) == Approx(1.0 + 0.5 * (1.0 - g) / g).epsilon(1e-6));
    }
}

TEST_CASE("time_varying: N20 the first token, and rate 0, keep the factual logits bit for bit", "[contrast]") {
    for (float const l : {-7.1f, 0.3f, 11.7f}) {
        CHECK(at(0.02f, 0, l, 100.0f) == l);
        CHECK(at(0.0f, 500, l, 100.0f) == l);
    }
}

TEST_CASE("time_varying: N30 a rate that is negative or not finite is a bad parameter", "[contrast]") {
    for (float const bad : {-0.02f, support::quiet_nan, support::infinity, -support::infinity}) {
        CHECK(time_varying{.rate = bad}.check() == errc::bad_parameter);
    }
    for (float const good : {0.0f, 0.02f, 1.0f}) { CHECK(time_varying{.rate = good}.check()); }
}
