// SPDX-License-Identifier: MIT
#include <causalmm/released/shape.hpp>

#include <array>

#include "catch.hpp"

using causalmm::errc;
using causalmm::tensor_view;
using causalmm::released::check_shape;

TEST_CASE("check_shape: equal extents of at least one pass, whatever the strides", "[released]") {
    std::array<float, 6> memory{};
    tensor_view<float const, 2> const rows{memory.data(), {2, 3}};
    CHECK(check_shape(rows, {memory.data(), {2, 3}, {1, 2}}) == errc::ok);
    CHECK(check_shape(rows, {memory.data(), {3, 2}}) == errc::shape_mismatch);
    CHECK(check_shape<1>({memory.data(), {0}}, {memory.data(), {0}}) == errc::shape_mismatch);
    CHECK(check_shape<1>({memory.data(), {-1}}, {memory.data(), {-1}}) == errc::shape_mismatch);
}
