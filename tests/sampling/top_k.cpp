// SPDX-License-Identifier: MIT
#include <causalmm/sampling/top_k.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include <causalmm/core/finite.hpp>

#include "catch.hpp"
#include "support/candidates.hpp"

using causalmm::sampling::top_k;
using support::candidates;
using support::ids;
using support::left_by;
using tokens = std::vector<support::token>;

static_assert(causalmm::sampling::filter_policy<top_k>);
static_assert(top_k{}.check());
static_assert(top_k{}.k == 0);

TEST_CASE("top_k: N56 0, the number of candidates and more than it keep all", "[sampling]") {
    for (std::uint32_t const k : {0u, 4u, 5u, 4294967295u}) {
        INFO(k);
        CHECK(left_by(top_k{k}, {1.0f, 3.0f, 2.0f, 3.0f}) == tokens{0, 1, 2, 3});
    }
}

TEST_CASE("top_k: keeps the k largest in ascending order of id, with their logits", "[sampling]") {
    auto all = candidates({5.0f, 1.0f, 4.0f, 2.0f, 3.0f});
    REQUIRE(top_k{3}.filter(all) == 3);
    all.resize(3);
    CHECK(ids(all) == tokens{0, 2, 4});
    CHECK(support::logits(all) == std::vector<float>{5.0f, 4.0f, 3.0f});
    CHECK(left_by(top_k{1}, {1.0f, 3.0f, 3.0f, 2.0f}) == tokens{1});
}

TEST_CASE("top_k: N56 ties at rank k go to the lowest ids", "[sampling]") {
    CHECK(left_by(top_k{2}, {1.0f, 2.0f, 2.0f, 2.0f}) == tokens{1, 2});
    CHECK(left_by(top_k{3}, {0.0f, 0.0f, 7.0f, 0.0f, 0.0f}) == tokens{0, 1, 2});
    CHECK(left_by(top_k{2}, {causalmm::minus_infinity(), causalmm::minus_infinity(), 0.0f}) == tokens{0, 2});
}

TEST_CASE("top_k: all rows of five logits out of three values, for every k", "[sampling]") {
    for (int row = 0; row < 243; ++row) {
        std::array<float, 5> logits{};
        for (int digits = row; float& each : logits) {
            each = static_cast<float>(digits % 3);
            digits /= 3;
        }
        for (std::uint32_t k = 1; k <= 5; ++k) {
            tokens expected{0, 1, 2, 3, 4};   // a stable sort leaves equal logits in order of id
            std::stable_sort(expected.begin(), expected.end(), [&](auto a, auto b) {
                return logits[static_cast<std::size_t>(a)] > logits[static_cast<std::size_t>(b)];
            });
            expected.resize(k);
            std::sort(expected.begin(), expected.end());
            auto all = candidates(logits);
            auto const kept = top_k{k}.filter(all);
            REQUIRE(ids(std::span{all}.first(kept)) == expected);
        }
    }
}

TEST_CASE("top_k: N60 every vocabulary size", "[sampling]") {
    for (int const size : support::vocabularies) {
        std::vector<float> logits;
        for (int i = 0; i < size; ++i) { logits.push_back(static_cast<float>(i % 97)); }
        auto all = candidates(logits);
        auto const kept = top_k{10}.filter(all);
        REQUIRE(kept == std::min<std::size_t>(10, all.size()));
        auto const largest = static_cast<float>(std::min(size, 97) - 1);
        for (std::size_t i = 0; i < kept; ++i) {
            // V >= 971: ten ids of logit 96, else fewer and then smaller logits
            if (size > 1000) { CHECK(all[i].id == static_cast<support::token>(96 + 97 * i)); }
            CHECK(all[i].logit <= largest);
            if (i > 0) { CHECK(all[i].id > all[i - 1].id); }
        }
    }
}
