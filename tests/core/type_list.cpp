// SPDX-License-Identifier: MIT
#include <causalmm/core/type_list.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <vector>

#include "catch.hpp"

using causalmm::type_list;

static_assert(type_list<>::size == 0);
static_assert(type_list<int, char, int>::size == 3);
static_assert(std::is_same_v<type_list<int, char>::apply<std::tuple>, std::tuple<int, char>>);

TEST_CASE("type_list: for_each visits every type once, in order", "[core]") {
    std::vector<std::size_t> sizes;
    type_list<char, short, char[5], short>::for_each([&]<class T>() { sizes.push_back(sizeof(T)); });
    CHECK(sizes == std::vector<std::size_t>{1, 2, 5, 2});
}

TEST_CASE("type_list: an empty list calls nothing", "[core]") {
    int calls = 0;
    type_list<>::for_each([&]<class T>() { ++calls; });
    CHECK(calls == 0);
}
