// SPDX-License-Identifier: MIT
#include <llava/kv_cache.hpp>

#include <algorithm>
#include <concepts>
#include <cstdint>

#include "catch.hpp"

static_assert(std::movable<llava::kv_cache>);
static_assert(!std::copyable<llava::kv_cache>);

TEST_CASE("kv_cache: holds the layers from the first on, by their number in the model", "[llava]") {
    llava::kv_cache cache{2, 4, 5, 3};
    for (std::int64_t layer = 2; layer < 4; ++layer) {
        for (std::int64_t i = 0; i < 15; ++i) {
            cache.keys(layer)[i] = static_cast<float>(100 * layer + i);
            cache.values(layer)[i] = static_cast<float>(-100 * layer - i);
        }
    }
    CHECK(cache.size() == 0);
    CHECK(cache.capacity() == 5);
    CHECK(cache.width() == 3);
    CHECK(cache.keys(3) - cache.keys(2) == 15);
    CHECK(cache.keys(2)[14] == 214.0f);
    CHECK(cache.values(3)[0] == -300.0f);
    CHECK(llava::kv_cache{}.capacity() == 0);
}

TEST_CASE("kv_cache: copy_from takes the first positions over into memory of its own", "[llava]") {
    llava::kv_cache first{1, 3, 5, 2}, second{1, 3, 8, 2};
    for (std::int64_t layer = 1; layer < 3; ++layer) {
        for (std::int64_t i = 0; i < 10; ++i) {
            first.keys(layer)[i] = static_cast<float>(100 * layer + i);
            first.values(layer)[i] = static_cast<float>(-100 * layer - i);
        }
    }
    first.resize(4);
    second.copy_from(first, 3);
    CHECK(second.size() == 3);
    for (std::int64_t i = 0; i < 6; ++i) {
        CHECK(second.keys(1)[i] == static_cast<float>(100 + i));
        CHECK(second.values(2)[i] == static_cast<float>(-200 - i));
    }
    second.keys(1)[0] = 7.0f;
    CHECK(first.keys(1)[0] == 100.0f);
}

TEST_CASE("kv_cache: the sum of values grows with the cache, and forgets what the cache forgets", "[llava]") {
    llava::kv_cache cache{1, 3, 8, 2};
    for (std::int64_t i = 0; i < 16; ++i) {
        cache.values(1)[i] = static_cast<float>(i);
        cache.values(2)[i] = static_cast<float>(100 * i);
    }
    auto const sums = [&](std::int64_t layer, std::int64_t positions, double even, double odd) {
        double const* const sum = cache.value_sum(layer, positions);
        return sum[0] == even && sum[1] == odd;
    };
    cache.resize(4);
    CHECK(sums(1, 3, 0 + 2 + 4, 1 + 3 + 5));
    CHECK(sums(1, 4, 0 + 2 + 4 + 6, 1 + 3 + 5 + 7));
    CHECK(sums(2, 2, 0 + 200, 100 + 300));
    cache.resize(1);
    cache.values(1)[2] = 50.0f;
    cache.resize(2);
    CHECK(sums(1, 2, 0 + 50, 1 + 3));
    llava::kv_cache other{1, 3, 8, 2};
    std::fill_n(other.values(1), 16, 1.0f);
    std::fill_n(other.values(2), 16, 1.0f);
    cache.copy_from(other, 2);
    CHECK(sums(1, 2, 2, 2));
    for (std::int64_t const known : {2, 3}) {   // the other's sum is taken over if it does not reach further
        other.resize(3);
        (void)other.value_sum(1, known);
        cache.copy_from(other, 2);
        CHECK(sums(1, 2, 2, 2));
    }
}
