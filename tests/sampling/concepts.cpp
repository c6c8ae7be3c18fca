// SPDX-License-Identifier: MIT
#include <causalmm/sampling/concepts.hpp>

#include <cstdint>
#include <string_view>

#include "catch.hpp"

using causalmm::sampling::candidate;
using causalmm::sampling::draw;

namespace {

/// A choice from outside the library.
struct first {
    static constexpr std::string_view name = "first";
    constexpr causalmm::status check() const noexcept { return {}; }
    constexpr causalmm::sampling::token choose(std::span<candidate const> candidates, draw const&) const noexcept {
        return candidates[0].id;
    }
};
static_assert(causalmm::sampling::choice_policy<first>);
static_assert(!causalmm::sampling::filter_policy<first>);

struct expected {
    std::uint64_t seed;
    std::uint64_t sample;
    std::uint64_t step;
    std::uint64_t bits;   // unit() * 2^53
};

// Written by tests/golden/sampling/draw.py.
constexpr expected draws[] = {
    {0u, 0u, 0u, 0x1345727de546ddu},
    {0u, 0u, 1u, 0x1491b4204fc6f7u},
    {0u, 1u, 0u, 0x17e938abfcb588u},
    {1u, 0u, 0u, 0xc2a4fdb67a64bu},
    {0u, 0u, 4294967296u, 0x6b73ac0902ed9u},
    {0u, 4294967296u, 0u, 0x12287a5052bb60u},
    {4294967296u, 0u, 0u, 0x155a117dc1bdabu},
    {55u, 9000u, 31u, 0x1b98f80808a4e3u},
    {18446744073709551615u, 18446744073709551615u, 18446744073709551615u, 0x1f2b09262fb118u},
};

}   // namespace

TEST_CASE("draw: every bit as an independent Philox4x32-10 gives it", "[sampling]") {
    for (expected const& each : draws) {
        INFO(each.seed << " " << each.sample << " " << each.step);
        CHECK(draw{each.seed, each.sample, each.step}.unit() == static_cast<double>(each.bits) / 9007199254740992.0);
    }
}

TEST_CASE("draw: stays in [0, 1) and fills it evenly", "[sampling]") {
    int bins[16] = {};
    constexpr int count = 160000;
    for (std::uint64_t step = 0; step < count; ++step) {
        double const u = draw{.seed = 55, .sample = 3, .step = step}.unit();
        REQUIRE(u >= 0.0);
        REQUIRE(u < 1.0);
        ++bins[static_cast<int>(u * 16.0)];
    }
    double chi_square = 0.0;
    for (int const seen : bins) { chi_square += (seen - count / 16.0) * (seen - count / 16.0) / (count / 16.0); }
    CHECK(chi_square < 55.6);   // 15 degrees of freedom: exceeded once in 700,000 by chance
}

TEST_CASE("draw: seed, sample and step each change it", "[sampling]") {
    double const u = draw{.seed = 1, .sample = 2, .step = 3}.unit();
    CHECK(u == draw{.seed = 1, .sample = 2, .step = 3}.unit());
    CHECK(u != draw{.seed = 2, .sample = 2, .step = 3}.unit());
    CHECK(u != draw{.seed = 1, .sample = 3, .step = 3}.unit());
    CHECK(u != draw{.seed = 1, .sample = 2, .step = 4}.unit());
    CHECK(u != draw{.seed = 2, .sample = 1, .step = 3}.unit());   // neither a sum nor an exclusive-or of the three
    CHECK(u != draw{.seed = 1, .sample = 3, .step = 2}.unit());
}
