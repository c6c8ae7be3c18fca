// SPDX-License-Identifier: MIT
#include <causalmm/intervention/random.hpp>

#include <array>
#include <cmath>
#include <limits>

#include "catch.hpp"
#include "support/philox.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::row_stats;
using causalmm::site;
using drawn = causalmm::intervention::random;   // beside ::random of the C library

static_assert(causalmm::intervention::weight_policy<drawn>);
static_assert(drawn::name == "random");
static_assert(drawn{.scale = 0.0f}.check() && drawn{.scale = 2.0f}.check());

namespace {
site const here{.sample = 12, .tower = causalmm::tower::vision, .layer = 3, .head = 4, .query = 5};
}

TEST_CASE("random: N11 w' = scale u of the documented generator, without a look at w", "[intervention]") {
    auto const weigh = drawn{.seed = 99, .scale = 2.0f}.weight({.visible = 100, .max_prob = 0.9f}, here);
    auto const key = oracle::key_of(99, 12, oracle::attention_vision);
    for (index_t k = 0; k < 200; ++k) {
        double const expected = 2.0 * oracle::row_draw(key, 3, 4, 5, static_cast<std::uint64_t>(k));
        CHECK(static_cast<double>(weigh(k, 0.0f)) == expected);
        CHECK(weigh(k, 0.7f) == weigh(k, std::numeric_limits<float>::quiet_NaN()));
        CHECK(weigh(k, 0.0f) > 0.0f);
        CHECK(weigh(k, 0.0f) < 2.0f);
    }
}

TEST_CASE("random: chunks give the same bits as single keys, for any scale", "[intervention]") {
    for (float const scale : {0.0f, 0.3f, 1.0f, 2.0f, 1e-40f, 1e30f}) {
        auto const weigh = drawn{.seed = 5, .scale = scale}.weight({}, here);
        for (index_t const first : {0, 64, 576}) {
            std::array<float, 128> chunk{};
            weigh.chunk(first, chunk.data());
            for (index_t i = 0; i < 128; ++i) { CHECK(chunk[static_cast<std::size_t>(i)] == weigh(first + i, 0.0f)); }
        }
    }
}

TEST_CASE("random: N11 seed and sample change the draw, equal ones repeat it", "[intervention]") {
    site other = here;
    other.sample = 13;
    auto const base = drawn{.seed = 1}.weight({}, here);
    CHECK(base(0, 0.0f) == drawn{.seed = 1}.weight({}, here)(0, 0.0f));
    int same = 0;
    for (index_t k = 0; k < 64; ++k) {
        same += base(k, 0.0f) == drawn{.seed = 2}.weight({}, here)(k, 0.0f) ? 1 : 0;
        same += base(k, 0.0f) == drawn{.seed = 1}.weight({}, other)(k, 0.0f) ? 1 : 0;
    }
    CHECK(same == 0);
}

TEST_CASE("random: the expected weight is scale / 2", "[intervention]") {
    double sum = 0.0;
    int const rows = 400, keys = 100;
    for (int row = 0; row < rows; ++row) {
        site at = here;
        at.query = row;
        auto const weigh = drawn{.seed = 7, .scale = 2.0f}.weight({}, at);
        for (index_t k = 0; k < keys; ++k) { sum += static_cast<double>(weigh(k, 0.0f)); }
    }
    CHECK(std::abs(sum / (rows * keys) - 1.0) < 5 * 0.5774 / 200.0);   // five standard errors of U(0, 2)
}

TEST_CASE("random: a negative, infinite or NaN scale is a bad parameter", "[intervention]") {
    float const infinity = std::numeric_limits<float>::infinity();
    // The smallest normal number: -ffast-math flushes what is below to zero, which is a good scale.
    for (float const scale : {-1.0f, -0x1p-126f, infinity, -infinity, std::numeric_limits<float>::quiet_NaN()}) {
        CHECK(drawn{.scale = scale}.check() == errc::bad_parameter);
    }
}
