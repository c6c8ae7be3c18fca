// SPDX-License-Identifier: MIT
#include <causalmm/attention/workspace.hpp>

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include <causalmm/attention/inputs.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/backend/threads.hpp>
#include <causalmm/intervention.hpp>

#include "catch.hpp"

using causalmm::index_t;
using causalmm::attention::inputs;
using causalmm::attention::workspace_bytes;
using causalmm::attention::detail::block_rows;
using causalmm::attention::detail::extents_of;
using causalmm::attention::detail::stream_extents;
using causalmm::attention::detail::stream_memory;
using causalmm::attention::detail::stream_slots;
using causalmm::attention::detail::tile_keys;
using causalmm::backend::serial;
namespace policy = causalmm::intervention;

namespace {

inputs<float> call_of(index_t queries, index_t keys, index_t dim = 64, index_t value_dim = 64) {
    inputs<float> in;
    in.query.extents = {1, 8, queries, dim};
    in.key.extents = {1, 8, keys, dim};
    in.value.extents = {1, 8, keys, value_dim};
    return in;
}

using range = std::pair<std::uintptr_t, std::uintptr_t>;

/// Where each piece of a task's memory begins and ends.
std::vector<range> pieces(stream_memory const& m, stream_extents const& n) {
    auto const piece = [](auto* from, index_t count) {
        auto const begin = reinterpret_cast<std::uintptr_t>(from);
        return range{begin, begin + static_cast<std::uintptr_t>(count) * sizeof(*from)};
    };
    return {piece(m.sum, n.value_dim),
            piece(m.query, n.dim * block_rows),
            piece(m.inside, n.value_dim * block_rows),
            piece(m.outside, n.value_dim * block_rows),
            piece(m.scores, tile_keys * block_rows),
            piece(m.keys, tile_keys * n.dim),
            piece(m.values, tile_keys * n.value_dim),
            piece(m.strip, n.strip_keys * block_rows),
            piece(m.maxima, n.map_rows)};
}

}   // namespace

TEST_CASE("workspace: the pieces of a task lie in its memory and do not overlap", "[attention]") {
    for (stream_extents const& n : {stream_extents{.dim = 1, .value_dim = 1}, stream_extents{.dim = 7, .value_dim = 5},
                                    stream_extents{.dim = 64, .value_dim = 59, .strip_keys = 101, .map_rows = 33}}) {
        std::vector<double> memory(static_cast<std::size_t>(n.bytes()) / sizeof(double));
        auto const first = reinterpret_cast<std::uintptr_t>(memory.data());
        auto all = pieces(stream_memory{reinterpret_cast<std::byte*>(memory.data()), n}, n);
        std::sort(all.begin(), all.end());
        CHECK(all.front().first >= first);
        CHECK(all.back().second <= first + static_cast<std::uintptr_t>(n.bytes()));
        for (std::size_t i = 1; i < all.size(); ++i) { CHECK(all[i].first >= all[i - 1].second); }
        CHECK(n.bytes() % 64 == 0);
    }
}

TEST_CASE("workspace: grows with the dims, with keys or queries only where a policy asks, never with their product",
          "[attention]") {
    auto const bytes = [](auto const& p, index_t queries, index_t keys) {
        return workspace_bytes(p, call_of(queries, keys));
    };
    policy::reversed const row{}, map{.over = policy::scope::map};
    // sum, query, two z, scores, a tile of keys and one of values; then whole cache lines and alignment.
    auto const task =
        static_cast<std::size_t>(8 * 64 + 4 * (block_rows * (64 + 2 * 64 + tile_keys) + tile_keys * (64 + 64)));
    CHECK(bytes(row, 577, 577) >= task);
    CHECK(bytes(row, 577, 577) <= task + 64 + 63);
    CHECK(bytes(row, 1, 1) == bytes(row, 100000, 100000));
    CHECK(bytes(policy::uniform{}, 577, 4096) == bytes(row, 1, 1));
    CHECK(bytes(map, 577, 100000) == bytes(map, 577, 1));
    CHECK(bytes(map, 1077, 1) <= bytes(map, 577, 1) + 500 * 4 + 64);
    CHECK(bytes(policy::random{}, 100000, 577) == bytes(policy::random{}, 1, 577));
    CHECK(bytes(policy::random{}, 1, 1577) <=
          bytes(policy::random{}, 1, 577) + static_cast<std::size_t>(1000 * 4 * block_rows) + 64);
    CHECK(bytes(policy::random{}, 1, 577) > bytes(row, 1, 577));
    CHECK(bytes(policy::shuffled{}, 1, 577) == bytes(policy::random{}, 1, 577));
    CHECK(bytes(policy::chain<policy::reversed, policy::uniform>{}, 1, 577) == bytes(policy::random{}, 1, 577));
    CHECK(bytes(policy::renormalized<policy::reversed>{}, 1, 577) == bytes(row, 1, 577));
}

TEST_CASE("workspace: N tasks take N times a task's bytes, at any alignment", "[attention]") {
    auto const in = call_of(33, 577, 7, 5);
    auto const sizes = extents_of(policy::random{}, in);
    std::vector<std::byte> memory(workspace_bytes(policy::random{}, in, 3) + 64);
    for (index_t const tasks : {1, 2, 3}) {
        std::size_t const bytes = workspace_bytes(policy::random{}, in, tasks);
        CHECK(bytes == static_cast<std::size_t>(tasks * sizes.bytes() + 63));
        for (std::size_t skew = 0; skew < 64; ++skew) {
            CHECK(stream_slots(std::span{memory}.subspan(skew, bytes), sizes).count() == tasks);
        }
    }
    CHECK(stream_slots(std::span<std::byte>{}, sizes).count() == 0);
    for (std::size_t skew = 0; skew < 64; ++skew) {
        auto const short_of_one = static_cast<std::size_t>(sizes.bytes() - 1);
        CHECK(stream_slots(std::span{memory}.subspan(skew, short_of_one), sizes).count() == 0);
        CHECK(stream_slots(std::span{memory}.subspan(skew, skew), sizes).count() == 0);
    }
}

TEST_CASE("workspace: every item is served once, whatever the number of pieces and threads", "[attention]") {
    stream_extents const sizes{.dim = 3, .value_dim = 2};
    causalmm::backend::threads const three(3);
    for (index_t const tasks : {1, 2, 7}) {
        std::vector<std::byte> memory(static_cast<std::size_t>(tasks * sizes.bytes() + 63));
        stream_slots const slots(memory, sizes);
        for (index_t const items : {0, 1, 5, 100}) {
            std::vector<int> served(static_cast<std::size_t>(items), 0);
            std::vector<double*> where(static_cast<std::size_t>(items), nullptr);
            auto const serve = [&](index_t item, stream_memory const& m) {
                ++served[static_cast<std::size_t>(item)];
                where[static_cast<std::size_t>(item)] = m.sum;
            };
            slots.for_each_item(serial{}, items, serve);
            CHECK(served == std::vector<int>(static_cast<std::size_t>(items), 1));
            slots.for_each_item(three, items, serve);
            CHECK(served == std::vector<int>(static_cast<std::size_t>(items), 2));
            for (double* const each : where) {
                auto const offset = reinterpret_cast<std::byte*>(each) - memory.data();
                CHECK(reinterpret_cast<std::uintptr_t>(each) % 64 == 0);
                CHECK((offset >= 0 && offset + sizes.bytes() <= static_cast<index_t>(memory.size())));
            }
            CHECK(std::set<double*>(where.begin(), where.end()).size() <= static_cast<std::size_t>(tasks));
        }
    }
}
