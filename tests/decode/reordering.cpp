// SPDX-License-Identifier: MIT
#include <causalmm/decode/reordering.hpp>

#include <array>
#include <cstddef>
#include <set>
#include <vector>

#include "catch.hpp"
#include "support/scripted_engine.hpp"

using causalmm::decode::reordering;

namespace {

constexpr std::size_t nobody = reordering<8>::nobody;

struct seat {
    std::size_t place;
    bool forked;
    friend bool operator==(seat const&, seat const&) = default;
};

std::vector<seat> seats(std::vector<std::size_t> const& parents) {
    reordering<8> const order{parents};
    std::vector<seat> result;
    for (std::size_t i = 0; i < parents.size(); ++i) { result.push_back({order.place(i), order.forks(i)}); }
    return result;
}

}   // namespace

TEST_CASE("reordering: moves what it can and forks the rest into what nobody follows", "[decode]") {
    CHECK(seats({0}) == std::vector<seat>{{0, false}});
    CHECK(seats({2, 0, 1}) == std::vector<seat>{{2, false}, {0, false}, {1, false}});
    CHECK(seats({1, 1, 1}) == std::vector<seat>{{1, false}, {0, true}, {2, true}});
    CHECK(seats({2, 2, 0}) == std::vector<seat>{{2, false}, {1, true}, {0, false}});
    CHECK(seats({nobody, 0, 0}) == std::vector<seat>{{2, false}, {0, false}, {1, true}});
    CHECK(seats({nobody, nobody}) == std::vector<seat>{{0, false}, {1, false}});
}

TEST_CASE("reordering: every set has one owner, and what a fork overwrites nobody reads", "[decode]") {
    support::numbers random{9};
    for (int trial = 0; trial < 500; ++trial) {
        std::size_t const width = 1 + random.below(8);
        std::vector<std::size_t> parents(width);
        for (std::size_t& each : parents) { each = random.below(4) == 0 ? nobody : random.below(width); }
        auto const all = seats(parents);
        std::set<std::size_t> places;
        std::set<std::size_t> const followed(parents.begin(), parents.end());
        std::size_t forks = 0, going = 0;
        for (std::size_t i = 0; i < width; ++i) {
            CHECK(all[i].place < width);
            CHECK(places.insert(all[i].place).second);
            going += parents[i] != nobody ? 1u : 0u;
            forks += all[i].forked ? 1u : 0u;
            if (all[i].forked) { CHECK(followed.count(all[i].place) == 0); }
            if (parents[i] != nobody && !all[i].forked) { CHECK(all[i].place == parents[i]); }
        }
        CHECK(forks == going - (followed.size() - followed.count(nobody)));
    }
}
