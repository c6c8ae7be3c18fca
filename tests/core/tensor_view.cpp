// SPDX-License-Identifier: MIT
#include <causalmm/core/tensor_view.hpp>

#include <numeric>
#include <vector>

#include "catch.hpp"

using causalmm::index_t;
using causalmm::row_major;
using causalmm::tensor_view;

static_assert(row_major<3>({2, 3, 4}) == std::array<index_t, 3>{12, 4, 1});
static_assert(row_major<1>({7}) == std::array<index_t, 1>{1});
static_assert(row_major<3>({5, 0, 4}) == std::array<index_t, 3>{0, 4, 1});
static_assert(std::is_trivially_copyable_v<tensor_view<float, 4>>);
static_assert(std::is_convertible_v<tensor_view<float, 2>, tensor_view<float const, 2>>);
static_assert(!std::is_convertible_v<tensor_view<float const, 2>, tensor_view<float, 2>>);
static_assert(!std::is_convertible_v<tensor_view<double, 2>, tensor_view<float const, 2>>);
static_assert(tensor_view<float, 4>{}.size() == 0, "a default view holds nothing");

TEST_CASE("tensor_view: row-major order, last axis contiguous", "[core]") {
    std::vector<float> memory(24);
    std::iota(memory.begin(), memory.end(), 0.0f);
    tensor_view<float, 3> const t{memory.data(), {2, 3, 4}};
    CHECK(t.size() == 24);
    CHECK(t.extent(0) == 2);
    CHECK(t.extent(2) == 4);
    CHECK(t(0, 0, 0) == 0.0f);
    CHECK(t(1, 2, 3) == 23.0f);
    CHECK(t(1, 0, 2) == 14.0f);
}

TEST_CASE("tensor_view: slices drop leading axes and share memory", "[core]") {
    std::vector<float> memory(24);
    std::iota(memory.begin(), memory.end(), 0.0f);
    tensor_view<float, 3> const t{memory.data(), {2, 3, 4}};
    auto const plane = t.slice(1);    // (3, 4)
    auto const row = t.slice(1, 2);   // (4)
    CHECK(plane.extents == std::array<index_t, 2>{3, 4});
    CHECK(plane(2, 1) == 21.0f);
    CHECK(row(3) == 23.0f);
    row(3) = -1.0f;
    CHECK(memory[23] == -1.0f);
    CHECK(t.slice().extents == t.extents);
}

TEST_CASE("tensor_view: N74 transposed, reversed, stepped and broadcast strides", "[core]") {
    std::vector<float> memory(12);
    std::iota(memory.begin(), memory.end(), 0.0f);
    tensor_view<float, 2> const transposed{memory.data(), {4, 3}, {1, 4}};
    tensor_view<float, 2> const backwards{memory.data() + 11, {3, 4}, {-4, -1}};
    tensor_view<float, 2> const stepped{memory.data(), {3, 2}, {4, 2}};
    tensor_view<float const, 2> const broadcast{memory.data(), {5, 4}, {0, 1}};
    CHECK(transposed(3, 2) == 11.0f);
    CHECK(transposed.slice(1)(2) == 9.0f);
    CHECK(backwards(0, 0) == 11.0f);
    CHECK(backwards(2, 3) == 0.0f);
    CHECK(stepped(2, 1) == 10.0f);
    CHECK(broadcast(4, 3) == 3.0f);
}

TEST_CASE("tensor_view: a mutable view becomes a constant one of the same memory", "[core]") {
    std::vector<double> memory(6, 1.0);
    tensor_view<double, 2> const writable{memory.data(), {2, 3}};
    tensor_view<double const, 2> const readable = writable;
    writable(1, 1) = 5.0;
    CHECK(readable(1, 1) == 5.0);
    CHECK(readable.strides == writable.strides);
}

TEST_CASE("tensor_view: N81 offsets beyond 2^31 elements are exact", "[core]") {
    // Addresses only: nothing is read.
    tensor_view<float const, 2> const huge{nullptr, {46342, 46342}};
    CHECK(huge.size() == index_t{46342} * 46342);
    CHECK(huge.strides[0] * 46341 + 46341 == index_t{2147580963});
}

TEST_CASE("tensor_view: leading axes of extent 1 change no element", "[core]") {
    std::vector<float> memory(12);
    std::iota(memory.begin(), memory.end(), 0.0f);
    tensor_view<float, 2> const map{memory.data(), {4, 3}, {1, 4}};
    auto const lifted = causalmm::with_leading_axes<4>(map);
    CHECK(lifted.extents == std::array<index_t, 4>{1, 1, 4, 3});
    CHECK(lifted.size() == map.size());
    for (index_t q = 0; q < 4; ++q) {
        for (index_t k = 0; k < 3; ++k) { CHECK(&lifted(0, 0, q, k) == &map(q, k)); }
    }
    CHECK(causalmm::with_leading_axes<2>(map).strides == map.strides);
    CHECK(causalmm::with_leading_axes<3>(tensor_view<float, 1>{memory.data(), {0}}).size() == 0);
}

TEST_CASE("tensor_view: N73 one extent of zero empties it", "[core]") {
    tensor_view<float, 3> const empty{nullptr, {4, 0, 5}};
    CHECK(empty.size() == 0);
}
