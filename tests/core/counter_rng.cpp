// SPDX-License-Identifier: MIT
#include <causalmm/core/counter_rng.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "catch.hpp"
#include "support/philox.hpp"

using causalmm::half_float;
using causalmm::index_t;
using causalmm::philox4x32;
using causalmm::row_draws;
using causalmm::site;
using causalmm::stream;
using causalmm::stream_key;
using causalmm::tower;
using causalmm::transpositions;
using causalmm::unit_float;

namespace {

using words = std::array<std::uint32_t, 4>;
constexpr std::uint32_t ones = 0xffffffffu;

}   // namespace

// The known answers published with the generator (Random123, kat_vectors).
static_assert(philox4x32({0, 0, 0, 0}, {0, 0}) == words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
static_assert(philox4x32({ones, ones, ones, ones}, {ones, ones}) ==
              words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
static_assert(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
              words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
static_assert(philox4x32({0, 0, 0, 0}, {0, 0}, 7) == words{0x5f6fb709, 0x0d893f64, 0x4f121f81, 0x4f730a48});
static_assert(philox4x32({1, 2, 3, 4}, {5, 6}, 0) == words{1, 2, 3, 4});

// 24 bits of the word; one is never reached, the smallest step is 2^-24.
static_assert(unit_float(0) == 0.0f && unit_float(255) == 0.0f && unit_float(256) == 0x1p-24f);
static_assert(unit_float(ones) == 1.0f - 0x1p-24f && unit_float(ones) < 1.0f && unit_float(0x80000000u) == 0.5f);

// Sixteen bits: neither end is reached, and the mean of all is the middle.
static_assert(half_float(0) == 0x1p-17f && half_float(0xffff) == 1.0f - 0x1p-17f);
static_assert(half_float(0x7fff) + half_float(0x8000) == 1.0f && half_float(1, 4.0f) == 3 * 0x1p-15f);

TEST_CASE("counter_rng: N90 a second writing of the generator agrees on 1,000 counters and keys", "[core]") {
    words counter{1, 0, 0, 0};
    for (std::uint32_t i = 0; i < 1000; ++i) {
        std::array<std::uint32_t, 2> const key{counter[1] ^ i, counter[2]};
        words const ours = philox4x32(counter, key);
        REQUIRE(ours == oracle::philox(counter, key));
        counter = ours;
    }
}

TEST_CASE("counter_rng: N90 sixteen evaluations side by side are those of one at a time", "[core]") {
    for (words const first : {words{1, 2, 3, 4}, words{7, ones - 5, 0, ones}}) {   // the second begins again at 2^32
        std::array<std::uint32_t, 64> found{};
        causalmm::philox4x32x16(first, {8, 9}, found.data());
        for (std::uint32_t i = 0; i < 16; ++i) {
            auto const wanted = oracle::philox({first[0], first[1] + i, first[2], first[3]}, {8, 9});
            for (std::size_t w = 0; w < 4; ++w) CHECK(found[16 * w + i] == wanted[w]);
        }
    }
}

TEST_CASE("counter_rng: row draws are those of the documented formula, far positions included", "[core]") {
    for (tower const where : {tower::vision, tower::language}) {
        site const at{.sample = 0x123456789abcdef0u, .tower = where, .layer = 31, .head = 7, .query = 575};
        std::uint64_t const seed = 0xfedcba9876543210u;
        row_draws const draws{seed, at};
        auto const key = oracle::key_of(seed, at.sample,
                                        where == tower::vision ? oracle::attention_vision : oracle::attention_language);
        for (index_t position :
             {0, 1, 7, 8, 15, 16, 17, 31, 32, 47, 48, 63, 64, 65, 127, 128, 575, 576, 4095, 1 << 20}) {
            INFO(position);
            CHECK(static_cast<double>(draws(position)) ==
                  oracle::row_draw(key, 31, 7, 575, static_cast<std::uint64_t>(position)));
        }
    }
}

TEST_CASE("counter_rng: a chunk holds the same numbers as one key at a time", "[core]") {
    row_draws const draws{3, {.sample = 9, .tower = tower::vision, .layer = 1, .head = 2, .query = 3}};
    for (index_t const first : {index_t{0}, index_t{64}, index_t{576}, index_t{64} << 24}) {
        std::array<float, row_draws::chunk_size> chunk{};
        draws.chunk(first, chunk.data());
        for (index_t i = 0; i < row_draws::chunk_size; ++i) {
            INFO(first << " + " << i);
            CHECK(chunk[static_cast<std::size_t>(i)] == draws(first + i));
        }
    }
}

TEST_CASE("counter_rng: sixteen rows at eight keys hold the same numbers as one row at a time", "[core]") {
    site at{.sample = 9, .layer = 1, .head = 2, .query = 570};
    for (index_t const key : {index_t{0}, index_t{7}, index_t{64 + 5}, index_t{64 * 9 + 3}}) {
        std::array<float, 128> draws{};
        row_draws{3, at}.rows(key, draws.data());
        for (std::size_t i = 0; i < 128; ++i) {
            site other = at;
            other.query += static_cast<index_t>(i % 16);
            INFO(key << " + " << 8 * (i / 16) << ", row " << i % 16);
            CHECK(draws[i] == row_draws{3, other}(key + 8 * static_cast<index_t>(i / 16)));
        }
    }
}

TEST_CASE("counter_rng: no two of seed, sample, tower, layer, head and query may be exchanged", "[core]") {
    site const base{.sample = 5, .tower = tower::language, .layer = 5, .head = 5, .query = 5};
    std::vector<std::pair<std::uint64_t, site>> variants{{5, base}, {6, base}};
    for (int field = 0; field < 5; ++field) {
        site other = base;
        if (field == 0) { other.sample = 6; }
        if (field == 1) { other.tower = tower::vision; }
        if (field == 2) { other.layer = 6; }
        if (field == 3) { other.head = 6; }
        if (field == 4) { other.query = 6; }
        variants.emplace_back(5, other);
    }
    std::set<float> draws;
    for (auto const& [seed, at] : variants) {
        for (index_t key = 0; key < 200; ++key) { draws.insert(row_draws{seed, at}(key)); }
    }
    // 1,400 draws of 2^16 numbers: 15 collisions expected (standard deviation 4), shared streams would repeat 200.
    CHECK(draws.size() >= 1400 - 35);
}

TEST_CASE("counter_rng: N92 the upper halves of seed and sample count", "[core]") {
    std::uint64_t const far = std::uint64_t{1} << 32;
    CHECK(stream_key(0, 0, stream::token) != stream_key(far, 0, stream::token));
    CHECK(stream_key(0, 0, stream::token) != stream_key(0, far, stream::token));
    CHECK(stream_key(0, 1, stream::token) != stream_key(1, 0, stream::token));
    CHECK(stream_key(~std::uint64_t{0}, 0, stream::token) != stream_key(0, 0, stream::token));
}

TEST_CASE("counter_rng: streams of different purpose have different keys, as documented", "[core]") {
    std::set<std::array<std::uint32_t, 2>> keys;
    std::uint32_t number = 0;
    for (stream const purpose : {stream::attention_vision, stream::attention_language, stream::permutation_vision,
                                 stream::permutation_language, stream::token, stream::noise}) {
        auto const key = stream_key(17, 4, purpose);
        CHECK(key == oracle::key_of(17, 4, static_cast<oracle::purpose>(number++)));
        keys.insert(key);
    }
    CHECK(keys.size() == 6);
}

TEST_CASE("counter_rng: 2^18 draws fill sixteen bins evenly and have no serial correlation", "[core]") {
    std::array<double, 16> bins{};
    double sum = 0.0, neighbours = 0.0, halves = 0.0;   // of keys k and k + 1; of k and k + 8, which may share a word
    index_t const rows = 256, keys = 1024;
    for (index_t row = 0; row < rows; ++row) {
        row_draws const draws{2024, {.query = row}};
        for (index_t key = 0; key < keys; ++key) {
            double const u = static_cast<double>(draws(key));
            bins[static_cast<std::size_t>(u * 16.0)] += 1.0;
            neighbours += (u - 0.5) * (static_cast<double>(draws(key + 1)) - 0.5);
            halves += (u - 0.5) * (static_cast<double>(draws(key + 8)) - 0.5);
            sum += u;
        }
    }
    auto const count = static_cast<double>(rows * keys);
    double chi_square = 0.0;
    for (double const bin : bins) { chi_square += (bin - count / 16) * (bin - count / 16) / (count / 16); }
    CHECK(chi_square < 44.3);                                  // p = 1e-4 at 15 degrees of freedom
    CHECK(std::abs(sum / count - 0.5) < 5 * 0.2887 / 512.0);   // five standard errors
    CHECK(std::abs(neighbours / count) < 5 * (1.0 / 12.0) / 512.0);
    CHECK(std::abs(halves / count) < 5 * (1.0 / 12.0) / 512.0);
}

TEST_CASE("counter_rng: a swap's partner is never above its rank, and the documented one", "[core]") {
    for (tower const where : {tower::vision, tower::language}) {
        site const at{.sample = 3, .tower = where, .layer = 2, .head = 1};
        auto const key =
            oracle::key_of(8, 3, where == tower::vision ? oracle::permutation_vision : oracle::permutation_language);
        transpositions swaps{8, at};
        CHECK(swaps(0) == 0);
        for (index_t i = 1; i < 2000; ++i) {
            index_t const j = swaps(i);
            REQUIRE(j >= 0);
            REQUIRE(j <= i);
            REQUIRE(static_cast<std::uint64_t>(j) == oracle::swap_partner(key, 2, 1, static_cast<std::uint64_t>(i)));
        }
    }
}

TEST_CASE("counter_rng: partners do not depend on the order in which they are asked for", "[core]") {
    site const at{.layer = 4};
    transpositions forward{1, at}, backward{1, at};
    std::vector<index_t> up, down;
    for (index_t i = 0; i < 100; ++i) { up.push_back(forward(i)); }
    for (index_t i = 100; i-- > 0;) { down.push_back(backward(i)); }
    std::reverse(down.begin(), down.end());
    CHECK(up == down);
}

TEST_CASE("counter_rng: 64 partners at once are those of one rank at a time, up to the last rank", "[core]") {
    transpositions one{7, {.layer = 4, .head = 3}};
    transpositions const many{7, {.layer = 4, .head = 3}};
    for (index_t const first : {index_t{0}, index_t{64}, index_t{64} << 12, (index_t{1} << 32) - 64}) {
        std::array<std::uint32_t, 64> partners{};
        many.chunk(first, partners.data());
        for (index_t i = 0; i < 64; ++i) {
            INFO(first << " + " << i);
            CHECK(static_cast<index_t>(partners[static_cast<std::size_t>(i)]) == one(first + i));
        }
    }
}

TEST_CASE("counter_rng: the last rank of 2^32 stays inside", "[core]") {
    transpositions swaps{0, {}};
    index_t const last = std::numeric_limits<std::uint32_t>::max();
    index_t const partner = swaps(last);
    CHECK(partner >= 0);
    CHECK(partner <= last);
    CHECK(static_cast<std::uint64_t>(partner) ==
          oracle::swap_partner(oracle::key_of(0, 0, oracle::permutation_language), 0, 0, 0xffffffffu));
}

TEST_CASE("counter_rng: all 24 permutations of four elements are equally likely", "[core]") {
    std::array<int, 256> seen{};
    int const trials = 24000;
    for (int seed = 0; seed < trials; ++seed) {
        transpositions swaps{static_cast<std::uint64_t>(seed), {}};
        std::array<unsigned, 4> x{0, 1, 2, 3};
        for (index_t i = 1; i < 4; ++i) {
            std::swap(x[static_cast<std::size_t>(i)], x[static_cast<std::size_t>(swaps(i))]);
        }
        ++seen[x[0] * 64 + x[1] * 16 + x[2] * 4 + x[3]];
    }
    double chi_square = 0.0;
    int kinds = 0;
    for (int const count : seen) {
        if (count == 0) { continue; }
        ++kinds;
        chi_square += (count - 1000.0) * (count - 1000.0) / 1000.0;
    }
    CHECK(kinds == 24);
    CHECK(chi_square < 58.6);   // p = 6e-5 at 23 degrees of freedom
}

TEST_CASE("counter_rng: N92 key positions beyond 2^32 have draws of their own, up to 2^35", "[core]") {
    site const at{.sample = ~std::uint64_t{0}, .tower = tower::vision, .layer = 3, .head = 2, .query = 1};
    row_draws const draws{~std::uint64_t{0}, at};
    auto const key = oracle::key_of(~std::uint64_t{0}, ~std::uint64_t{0}, oracle::attention_vision);
    index_t const turn = index_t{1} << 35;   // eight positions a counter, 2^32 counters
    for (index_t const position : {(index_t{1} << 32) - 1, index_t{1} << 32, (index_t{1} << 32) + 77, turn - 1}) {
        INFO(position);
        CHECK(static_cast<double>(draws(position)) ==
              oracle::row_draw(key, 3, 2, 1, static_cast<std::uint64_t>(position)));
    }
    int repeated = 0;
    for (index_t i = 0; i < 128; ++i) { repeated += draws((index_t{1} << 32) + i) == draws(i) ? 1 : 0; }
    CHECK(repeated <= 2);   // of 2^16 numbers, by chance
    std::array<float, row_draws::chunk_size> across{};
    draws.chunk(turn - 64, across.data());   // its second half is past the last counter
    for (index_t i = 0; i < 64; ++i) {
        CHECK(across[static_cast<std::size_t>(i)] == draws(turn - 64 + i));
        CHECK(across[static_cast<std::size_t>(64 + i)] == draws(i));   // the turn: row 0 of the counters again
        CHECK(draws(turn + i) == draws(i));
    }
}

TEST_CASE("counter_rng: N92 queries, heads and layers are told apart up to 2^32, where they begin again", "[core]") {
    index_t const turn = index_t{1} << 32;
    site const at{.layer = 3, .head = 2, .query = 1};
    for (int field = 0; field < 3; ++field) {
        INFO(field);
        site last = at, beyond = at;
        index_t site::*const number = field == 0 ? &site::query : field == 1 ? &site::head : &site::layer;
        last.*number = turn - 1;
        beyond.*number += turn;
        int same_as_last = 0;
        for (index_t key = 0; key < 128; ++key) {
            same_as_last += row_draws{7, last}(key) == row_draws{7, at}(key) ? 1 : 0;
            CHECK(row_draws{7, beyond}(key) == row_draws{7, at}(key));
        }
        CHECK(same_as_last <= 2);   // of 2^16 numbers, by chance
    }
}

TEST_CASE("counter_rng: N92 samples beyond 2^32 and at the last of 2^64 have draws of their own", "[core]") {
    std::uint64_t const far = std::uint64_t{1} << 32, last = ~std::uint64_t{0};
    auto const key = [](std::uint64_t seed, std::uint64_t sample) {
        CHECK(stream_key(seed, sample, stream::attention_language) ==
              oracle::key_of(seed, sample, oracle::attention_language));
        return stream_key(seed, sample, stream::attention_language);
    };
    std::set<std::array<std::uint32_t, 2>> keys;
    for (std::uint64_t const seed : {std::uint64_t{0}, far, last}) {
        for (std::uint64_t const sample : {std::uint64_t{0}, far - 1, far, far + 1, last - 1, last}) {
            keys.insert(key(seed, sample));
        }
    }
    CHECK(keys.size() == 18);
}

TEST_CASE("counter_rng: N92 the wrap of 32-bit counter words keeps rows apart", "[core]") {
    site low{}, high{};
    high.query = std::numeric_limits<std::uint32_t>::max();
    std::set<float> draws;
    for (index_t key = 0; key < 64; ++key) {
        draws.insert(row_draws{0, low}(key));
        draws.insert(row_draws{0, high}(key));
    }
    CHECK(draws.size() >= 126);   // of 2^16 numbers
}
