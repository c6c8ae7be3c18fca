// SPDX-License-Identifier: MIT
#include <causalmm/backend/serial.hpp>

#include <thread>
#include <vector>

#include "catch.hpp"

using causalmm::index_t;
using causalmm::backend::serial;

static_assert(causalmm::backend::backend_policy<serial>);
static_assert(serial::name == "serial");
static_assert(
    [] {
        index_t sum = 0;
        serial{}.for_each_index(5, [&](index_t i) { sum = 10 * sum + i; });
        return sum;
    }() == 1234,
    "ascending order, also at compile time");

TEST_CASE("serial: the calling thread does everything, in ascending order", "[backend]") {
    std::vector<index_t> order;
    bool elsewhere = false;
    auto const here = std::this_thread::get_id();
    serial{}.for_each_index(9, [&](index_t i) {
        order.push_back(i);
        elsewhere = elsewhere || std::this_thread::get_id() != here;
    });
    CHECK(order == std::vector<index_t>{0, 1, 2, 3, 4, 5, 6, 7, 8});
    CHECK_FALSE(elsewhere);
}

TEST_CASE("serial: calls nest", "[backend]") {
    int calls = 0;
    serial{}.for_each_index(3, [&](index_t) { serial{}.for_each_index(4, [&](index_t) { ++calls; }); });
    CHECK(calls == 12);
}
