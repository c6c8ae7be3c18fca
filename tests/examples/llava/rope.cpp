// SPDX-License-Identifier: MIT
#include <llava/rope.hpp>

#include <array>
#include <cmath>

#include "catch.hpp"

TEST_CASE("rope: position 0 changes nothing", "[llava]") {
    llava::rope const rotate{6, 10000.0f, 4};
    std::array<float, 6> head{1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f};
    auto const before = head;
    rotate(head.data(), 1, 0);
    CHECK(head == before);
    CHECK(rotate.positions() == 4);
}

TEST_CASE("rope: lane i turns with lane i + half, by position * theta^(-2i / dim)", "[llava]") {
    llava::rope const rotate{4, 100.0f, 8};   // frequencies 1 and 1/10
    std::array<float, 8> heads{1.0f, 0.0f, 0.0f, 1.0f, 0.0f, 2.0f, 3.0f, 0.0f};
    rotate(heads.data(), 2, 5);
    CHECK(heads[0] == Approx(std::cos(5.0)).epsilon(1e-6));
    CHECK(heads[2] == Approx(std::sin(5.0)).epsilon(1e-6));
    CHECK(heads[1] == Approx(-std::sin(0.5)).epsilon(1e-6));
    CHECK(heads[3] == Approx(std::cos(0.5)).epsilon(1e-6));
    CHECK(heads[4] == Approx(-3.0 * std::sin(5.0)).epsilon(1e-6));
    CHECK(heads[6] == Approx(3.0 * std::cos(5.0)).epsilon(1e-6));
    CHECK(heads[5] == Approx(2.0 * std::cos(0.5)).epsilon(1e-6));
    CHECK(heads[7] == Approx(2.0 * std::sin(0.5)).epsilon(1e-6));
}
