// SPDX-License-Identifier: MIT
#include <causalmm/sampling/multinomial.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include <causalmm/core/finite.hpp>

#include "catch.hpp"
#include "support/candidates.hpp"
#include "support/tensor.hpp"

using causalmm::minus_infinity;
using causalmm::sampling::draw;
using causalmm::sampling::multinomial;
using support::candidates;

static_assert(causalmm::sampling::choice_policy<multinomial>);
static_assert(multinomial{}.check());

TEST_CASE("multinomial: N53 of V equal tokens it draws floor(u V)", "[sampling]") {
    for (int const size : support::vocabularies) {
        auto const all = candidates(std::vector<float>(static_cast<std::size_t>(size), -11.25f));
        std::uint64_t const draws = size > 1000 ? 20 : 500;
        for (std::uint64_t step = 0; step < draws; ++step) {
            draw const which{.seed = 55, .sample = 1, .step = step};
            double const place = which.unit() * size;
            if (std::fabs(place - std::round(place)) < 1e-9 * size) {
                continue;
            }   // on a boundary roundings may decide
            INFO(size << " " << step);
            REQUIRE(multinomial{}.choose(all, which) == static_cast<support::token>(place));
        }
    }
}

TEST_CASE("multinomial: inverts the cumulative distribution", "[sampling]") {
    // probabilities 1/8, 1/2, 3/8 as logits log 1, log 4, log 3, shifted by 20; a float logit is right to 1e-6
    auto const all = candidates({20.0f, 21.3862944f, 21.0986123f});
    int seen[3] = {};
    for (std::uint64_t step = 0; step < 4000; ++step) {
        draw const which{.seed = 1, .sample = 0, .step = step};
        double const u = which.unit();
        if (std::fabs(u - 0.125) < 1e-5 || std::fabs(u - 0.625) < 1e-5) { continue; }
        auto const token = multinomial{}.choose(all, which);
        REQUIRE(token == (u < 0.125 ? 0 : u < 0.625 ? 1 : 2));
        ++seen[token];
    }
    CHECK(seen[0] > 0);
    CHECK(seen[1] > 0);
    CHECK(seen[2] > 0);
}

TEST_CASE("multinomial: N54 five million draws fit their probabilities, and none has probability zero", "[sampling]") {
    // 1/16, 0, 2/16, 1/16, 4/16, 0, 8/16, 0; exp(-1000) is 0 in double as well
    float const two = 0.693147181f;
    auto const all = candidates({0.0f, minus_infinity(), two, 0.0f, 2 * two, -1000.0f, 3 * two, minus_infinity()});
    double const expected[] = {1, 0, 2, 1, 4, 0, 8, 0};
    constexpr int count = 5000000;
    int seen[8] = {};
    for (std::uint64_t step = 0; step < count; ++step) {
        ++seen[multinomial{}.choose(all, {.seed = 55, .sample = 0, .step = step})];
    }
    double chi_square = 0.0;
    for (int i = 0; i < 8; ++i) {
        double const mean = expected[i] / 16.0 * count;
        if (mean > 0.0) {
            chi_square += (seen[i] - mean) * (seen[i] - mean) / mean;
        } else {
            CHECK(seen[i] == 0);
        }
    }
    CHECK(chi_square < 33.4);   // 4 degrees of freedom: exp(-x/2) (1 + x/2) is 1e-6 there
}

TEST_CASE(
    "multinomial: N52 the smallest and the largest draws give the first and the last token of positive probability",
    "[sampling]") {
    auto const all = candidates({minus_infinity(), 1.0f, 1.0f, 1.0f, minus_infinity(), -2000.0f});
    int extremes = 0;
    for (std::uint64_t step = 0; step < 400000; ++step) {
        draw const which{.seed = 9, .sample = 9, .step = step};
        double const u = which.unit();
        if (u > 2e-5 && u < 1.0 - 2e-5) { continue; }
        ++extremes;
        CHECK(multinomial{}.choose(all, which) == (u < 0.5 ? 1 : 3));
    }
    CHECK(extremes > 4);   // 16 are expected
}

TEST_CASE("multinomial: N36 N47 one candidate, huge logits and vanishing ones", "[sampling]") {
    for (std::uint64_t step = 0; step < 200; ++step) {
        draw const which{.seed = 3, .sample = 4, .step = step};
        CHECK(multinomial{}.choose(std::vector<support::candidate>{{17, -1e4f}}, which) == 17);
        CHECK(multinomial{}.choose(candidates({3.0e38f, 2.9e38f}), which) == 0);
        CHECK(multinomial{}.choose(candidates({-3.0e38f, 3.0e38f}), which) == 1);
        CHECK(multinomial{}.choose(candidates({-103.0f, 0.0f, -740.0f}), which) ==
              1);   // subnormal as float, as double
    }
}

TEST_CASE("multinomial: a constant added to all logits changes no token", "[sampling]") {
    auto const plain = candidates({0.5f, 1.25f, -3.0f, 2.0f});
    auto const shifted = candidates({1024.5f, 1025.25f, 1021.0f, 1026.0f});
    for (std::uint64_t step = 0; step < 1000; ++step) {
        draw const which{.seed = 2, .sample = 2, .step = step};
        REQUIRE(multinomial{}.choose(plain, which) == multinomial{}.choose(shifted, which));
    }
}

#if defined(__SSE__)
TEST_CASE("multinomial: N58 N96 flushing subnormals and rounding up change no likely token", "[sampling]") {
    auto const all = candidates({-103.0f, -87.5f, 0.0f, -740.0f, 0.25f, -0.0f, -700.0f});
    for (std::uint64_t step = 0; step < 2000; ++step) {
        draw const which{.seed = 8, .sample = 1, .step = step};
        auto const plain = multinomial{}.choose(all, which);
        unsigned const mode = _mm_getcsr();
        for (unsigned const other : {mode | 0x8040u /* FTZ, DAZ */, mode | 0x4000u /* up */}) {
            _mm_setcsr(other);
            auto const again = multinomial{}.choose(all, which);
            unsigned const left = _mm_getcsr();
            _mm_setcsr(mode);
            REQUIRE(again == plain);
            REQUIRE((left & 0xe040u) == (other & 0xe040u));   // the library leaves the mode alone
        }
    }
}
#endif

TEST_CASE("multinomial: of thousands of unequal tokens it draws the one where sums in double pass u", "[sampling]") {
    for (std::size_t const size : {63u, 64u, 65u, 1000u, 5059u, 40000u}) {   // the last in blocks of more than 64
        std::vector<float> logits(size);
        support::numbers next{size};
        for (float& x : logits) { x = next.in(-8.0f, 8.0f); }
        auto const all = candidates(logits);
        double total = 0.0;
        for (float const x : logits) { total += std::exp(static_cast<double>(x)); }
        for (std::uint64_t step = 0; step < 200; ++step) {
            draw const which{.seed = 8, .sample = size, .step = step};
            double const u = which.unit();
            double before = 0.0;
            std::size_t i = 0;
            for (; before + std::exp(static_cast<double>(logits[i])) <= u * total; ++i) {
                before += std::exp(static_cast<double>(logits[i]));
            }
            double const after = before + std::exp(static_cast<double>(logits[i]));
            double const near = 2e-6 * total;   // weights are floats
            if (u * total - before < near || after - u * total < near) { continue; }
            INFO(size << " " << step);
            REQUIRE(multinomial{}.choose(all, which) == static_cast<support::token>(i));
        }
    }
}
