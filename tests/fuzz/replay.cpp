// SPDX-License-Identifier: MIT
// Every target without libFuzzer: its seeds, each cut at 64 places and with one byte changed at 64 others.
#include <cstdint>

#include "catch.hpp"
#include "fuzz.hpp"

namespace {

constexpr std::size_t damages = 64;

void run(fuzz::target const& target, std::string const& bytes, std::string const& what) {
    INFO(target.name << ": " << what);
    CHECK_NOTHROW(target.run(bytes));
}

}   // namespace

TEST_CASE("fuzz: the laws hold for every target's seeds, cut and damaged anywhere", "[fuzz]") {
    std::uint32_t noise = 1;
    for (fuzz::target const* const target : fuzz::targets()) {
        auto const seeds = target->seeds();
        REQUIRE_FALSE(seeds.empty());
        for (std::size_t i = 0; i < seeds.size(); ++i) {
            std::string const& seed = seeds[i];
            std::string const name = "seed " + std::to_string(i);
            run(*target, seed, name);
            for (std::size_t k = 0; k < damages && !seed.empty(); ++k) {
                noise = noise * 1664525U + 1013904223U;
                std::size_t const at = seed.size() * k / damages;
                run(*target, seed.substr(0, at), name + " cut to " + std::to_string(at));
                std::string changed = seed;
                changed[at] = static_cast<char>(noise >> 24U);
                run(*target, changed, name + " byte " + std::to_string(at));
            }
        }
    }
}

TEST_CASE("fuzz: an input in parts", "[fuzz]") {
    CHECK(fuzz::parts(fuzz::joined({"a", "b\nc"}), 3) == std::vector<std::string_view>{"a", "b\nc", ""});
    CHECK(fuzz::parts("a\n%%\nb\n%%\nc", 2) == std::vector<std::string_view>{"a", "b\n%%\nc"});
    fuzz::numbers from("\x05\x01");
    CHECK(from.next<std::uint8_t>() == 5);
    CHECK(from.next<std::uint32_t>() == 1);
    CHECK(from.next<std::uint32_t>() == 0);
}
