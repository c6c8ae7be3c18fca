// SPDX-License-Identifier: MIT
#include <causalmm/adaptor/span.hpp>

#include <array>
#include <concepts>
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

TEST_CASE("span: is itself a tensor of rank one", "[adaptor]") {
    std::array<float, 3> memory{1.0f, 2.0f, 3.0f};
    std::span<float> const span{memory};
    auto const view = causalmm::view(span);
    static_assert(std::same_as<decltype(view), tensor_view<float, 1> const>);
    CHECK(view.size() == 3);
    CHECK(view(2) == 3.0f);
    CHECK(view.data == memory.data());
}
