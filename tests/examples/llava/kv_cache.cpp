// SPDX-License-Identifier: MIT
#include <llava/kv_cache.hpp>

#include <concepts>
#include <cstdint>

#include "catch.hpp"

static_assert(std::movable<llava::kv_cache>);
static_assert(!std::copyable<llava::kv_cache>);

TEST_CASE("kv_cache: layers_of copies the layers below a fork into memory of its own", "[llava]") {
    llava::kv_cache first{3, 5, 2};
    for (std::int64_t layer = 0; layer < 3; ++layer) {
        for (std::int64_t i = 0; i < 10; ++i) {
            first.keys(layer)[i] = static_cast<float>(100 * layer + i);
            first.values(layer)[i] = static_cast<float>(-100 * layer - i);
        }
    }
    first.resize(4);
    llava::kv_cache second = llava::kv_cache::layers_of(first, 2);
    CHECK(second.size() == 0);
    CHECK(second.capacity() == 5);
    CHECK(second.layers() == 3);
    for (std::int64_t i = 0; i < 8; ++i) {
        CHECK(second.keys(1)[i] == static_cast<float>(100 + i));
        CHECK(second.values(1)[i] == static_cast<float>(-100 - i));
        CHECK(second.keys(2)[i] == 0.0f);
    }
    CHECK(second.keys(1)[8] == 0.0f);   // beyond what the first holds
    second.keys(0)[0] = 7.0f;
    CHECK(first.keys(0)[0] == 0.0f);
}
