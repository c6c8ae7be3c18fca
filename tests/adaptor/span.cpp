// SPDX-License-Identifier: MIT
#include <causalmm/adaptor/span.hpp>

#include <array>
#include <concepts>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include "catch.hpp"

using causalmm::index_t;
using causalmm::tensor_view;

static_assert(causalmm::adaptable<std::span<float>>);
static_assert(causalmm::adaptable<std::span<float const, 4>>);
static_assert(!causalmm::adaptable<std::span<int>>);
static_assert(
    std::same_as<decltype(causalmm::adaptor::span(std::span<float const>{}, {1, 2})), tensor_view<float const, 2>>);

TEST_CASE("span: the last axis runs fastest", "[adaptor]") {
    std::vector<float> memory(24);
    for (std::size_t i = 0; i < memory.size(); ++i) { memory[i] = static_cast<float>(i); }
    auto const view = causalmm::adaptor::span(std::span{memory}, {2, 3, 4});
    CHECK(view.extents == std::array<index_t, 3>{2, 3, 4});
    CHECK(view.strides == std::array<index_t, 3>{12, 4, 1});
    CHECK(view(0, 0, 0) == 0.0f);
    CHECK(view(0, 0, 1) == 1.0f);
    CHECK(view(0, 1, 0) == 4.0f);
    CHECK(view(1, 2, 3) == 23.0f);   // 1*12 + 2*4 + 3
    view(1, 0, 0) = -1.0f;
    CHECK(memory[12] == -1.0f);
}

TEST_CASE("span: extents that do not multiply to the memory's size give an invalid view", "[adaptor]") {
    std::array<float, 6> memory{};
    for (auto const& extents :
         {std::array<index_t, 2>{2, 4}, std::array<index_t, 2>{2, 2}, std::array<index_t, 2>{0, 3}}) {
        auto const view = causalmm::adaptor::span(std::span{memory}, {extents[0], extents[1]});
        CHECK(!view.valid());
        CHECK(view.data == nullptr);
    }
    CHECK(causalmm::adaptor::span(std::span{memory}, {6}).size() == 6);
    CHECK(causalmm::adaptor::span(std::span<float>{}, {5, 0}).extents ==
          std::array<index_t, 2>{5, 0});   // empty, not wrong
}

TEST_CASE("span: N80 a negative extent or a product beyond 64 bits gives an invalid view", "[adaptor]") {
    std::array<float, 6> memory{};
    index_t const half = index_t{1} << 32;
    CHECK(!causalmm::adaptor::span(std::span{memory}, {-2, -3}).valid());   // (-2) * (-3) = 6 is not a shape
    CHECK(!causalmm::adaptor::span(std::span{memory}, {half, half}).valid());
    CHECK(!causalmm::adaptor::span(std::span{memory}, {half, half, 6}).valid());
    CHECK(!causalmm::adaptor::span(std::span<float>{}, {half, half}).valid());   // 2^64 must not pass for 0
}

TEST_CASE("span: N74 strides put the axes into any order, rows apart and backwards", "[adaptor]") {
    std::vector<float> memory(12);
    for (std::size_t i = 0; i < memory.size(); ++i) { memory[i] = static_cast<float>(i); }
    std::span const all{memory};
    auto const transposed = causalmm::adaptor::span(all, {4, 3}, {1, 4});   // of a (3, 4)
    auto const apart = causalmm::adaptor::span(all, {2, 3}, {5, 1});        // two elements between the rows
    auto const stepped = causalmm::adaptor::span(all, {2, 2}, {5, 2}, 4);
    auto const upside_down = causalmm::adaptor::span(all, {3, 4}, {-4, 1}, 8);
    auto const backwards = causalmm::adaptor::span(all, {3, 4}, {-4, -1}, 11);
    for (auto const& view : {transposed, apart, stepped, upside_down, backwards}) { REQUIRE(view.valid()); }
    CHECK(transposed(0, 0) == 0.0f);
    CHECK(transposed(0, 2) == 8.0f);
    CHECK(transposed(3, 1) == 7.0f);
    CHECK(transposed(3, 2) == 11.0f);
    CHECK(apart(0, 2) == 2.0f);
    CHECK(apart(1, 0) == 5.0f);
    CHECK(apart(1, 2) == 7.0f);
    CHECK(stepped(0, 0) == 4.0f);
    CHECK(stepped(0, 1) == 6.0f);
    CHECK(stepped(1, 1) == 11.0f);
    CHECK(upside_down(0, 0) == 8.0f);
    CHECK(upside_down(2, 3) == 3.0f);
    CHECK(backwards(0, 0) == 11.0f);
    CHECK(backwards(2, 3) == 0.0f);
    transposed(1, 2) = -1.0f;
    CHECK(memory[9] == -1.0f);
    CHECK(causalmm::adaptor::span(all, {5, 12}, {0, 1})(4, 11) == 11.0f);   // one row, read five times
}

TEST_CASE("span: one element outside the memory gives an invalid view", "[adaptor]") {
    std::array<float, 12> memory{};
    std::span const all{memory};
    using causalmm::adaptor::span;
    CHECK(span(all, {3, 4}, {4, 1}).valid());   // (2, 3) is the twelfth element
    CHECK(!span(all, {3, 4}, {4, 1}, 1).valid());
    CHECK(!span(all, {3, 5}, {4, 1}).valid());
    CHECK(!span(all, {4, 4}, {4, 1}).valid());
    CHECK(span(all, {4, 3}, {1, 4}).valid());
    CHECK(!span(all, {5, 3}, {1, 4}).valid());
    CHECK(span(all, {2, 6}, {6, 1}).valid());
    CHECK(!span(all, {2, 6}, {7, 1}).valid());
    CHECK(span(all, {3, 4}, {-4, 1}, 8).valid());
    CHECK(!span(all, {3, 4}, {-4, 1}, 9).valid());   // (0, 3) would be the thirteenth
    CHECK(!span(all, {3, 4}, {-4, 1}, 7).valid());   // (2, 0) would be the one before the first
    CHECK(!span(all, {3, 4}, {-4, 1}).valid());
    CHECK(span(all, {12}, {-1}, 11).valid());
    CHECK(!span(all, {13}, {-1}, 11).valid());
    CHECK(span(all, {1}, {99}, 11).valid());   // a single element takes no step
    CHECK(!span(all, {1}, {0}, 12).valid());
    CHECK(!span(all, {1}, {0}, -1).valid());
    CHECK(!span(std::span<float>{}, {1}, {1}).valid());
    CHECK(span(all, {3, 5}, {4, 1}).data == nullptr);
}

TEST_CASE("span: N73 with strides, an extent of zero asks for no memory", "[adaptor]") {
    std::array<float, 12> memory{};
    using causalmm::adaptor::span;
    CHECK(span(std::span{memory}, {0, 99}, {99, -99}).valid());
    CHECK(span(std::span{memory}, {99, 0}, {99, 1}, 12).size() == 0);
    CHECK(span(std::span<float>{}, {2, 0}, {1, 1}).extents == std::array<index_t, 2>{2, 0});
    CHECK(!span(std::span{memory}, {0, 1}, {1, 1}, 13).valid());
    CHECK(!span(std::span{memory}, {0, -1}, {1, 1}).valid());
}

TEST_CASE("span: N80 extents and strides beyond 64 bits give an invalid view", "[adaptor]") {
    std::array<float, 12> memory{};
    std::span const all{memory};
    using causalmm::adaptor::span;
    index_t const most = std::numeric_limits<index_t>::max(), least = std::numeric_limits<index_t>::min();
    index_t const half = index_t{1} << 32;
    CHECK(!span(all, {-2, -3}, {3, 1}).valid());
    CHECK(!span(all, {half, half}, {0, 0}).valid());   // 2^64 must not pass for 0
    CHECK(!span(all, {half + 1, 2}, {half, 1}).valid());
    CHECK(!span(all, {2}, {least}).valid());
    CHECK(!span(all, {2}, {least}, 11).valid());
    CHECK(!span(all, {2}, {most}, 11).valid());
    CHECK(!span(all, {2}, {-most}, 11).valid());
    CHECK(!span(all, {2, 2}, {most, -most}, 5).valid());
    CHECK(!span(all, {2}, {1}, most).valid());
    CHECK(!span(all, {2}, {1}, least).valid());
}

TEST_CASE("span: is itself a tensor of rank one", "[adaptor]") {
    std::array<float, 3> memory{1.0f, 2.0f, 3.0f};
    std::span<float> const span{memory};
    auto const view = causalmm::view(span);
    static_assert(std::same_as<decltype(view), tensor_view<float, 1> const>);
    CHECK(view.size() == 3);
    CHECK(view(2) == 3.0f);
    CHECK(view.data == memory.data());
}
