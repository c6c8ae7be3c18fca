// SPDX-License-Identifier: MIT
#include <causalmm/released/maximum.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

#include "catch.hpp"

namespace {

std::uint32_t bits_of_maximum(std::array<float, 4> const& row) {
    return std::bit_cast<std::uint32_t>(causalmm::released::maximum({row.data(), {4}}));
}

}   // namespace

// What torch.max(dim=-1) returns for the same rows.
TEST_CASE("maximum: of zeros with different signs the first is kept", "[released]") {
    CHECK(bits_of_maximum({-0.0f, 0.0f, -1.0f, 0.0f}) == 0x80000000u);
    CHECK(bits_of_maximum({0.0f, -0.0f, -0.0f, -1.0f}) == 0u);
}

TEST_CASE("maximum: NaN wins over infinity, wherever it stands", "[released]") {
    float const nan = std::numeric_limits<float>::quiet_NaN();
    float const infinity = std::numeric_limits<float>::infinity();
    CHECK(causalmm::is_nan(std::bit_cast<float>(bits_of_maximum({nan, 1.0f, infinity, 2.0f}))));
    CHECK(causalmm::is_nan(std::bit_cast<float>(bits_of_maximum({1.0f, infinity, 2.0f, nan}))));
    CHECK(bits_of_maximum({-infinity, -infinity, -3.0f, -infinity}) == std::bit_cast<std::uint32_t>(-3.0f));
}
