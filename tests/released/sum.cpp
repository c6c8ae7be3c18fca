// SPDX-License-Identifier: MIT
#include <causalmm/released/sum.hpp>

#include <array>
#include <string>
#include <vector>

#include "catch.hpp"
#include "golden.hpp"

namespace released = causalmm::released;

TEST_CASE("sum: every bit as PyTorch adds a contiguous row, for 1 to 70,001 numbers", "[released]") {
    int cases = 0;
    for (auto const& [name, expected] : golden::all()) {
        if (!name.starts_with("sum.")) { continue; }
        INFO(name);
        auto const count = static_cast<std::size_t>(std::stoul(name.substr(4)));
        golden::scattered<1> strided({static_cast<golden::index_t>(count)});
        for (std::size_t row = 0; row < 3; ++row) {
            std::vector<float> numbers(count);
            for (std::size_t i = 0; i < count; ++i) {
                numbers[i] = golden::ramp(row * count + i, count);
                strided.view()(i) = numbers[i];
            }
            golden::tensor const one{.shape = {1}, .words = {}, .values = {expected.values[row]}};
            std::array<float, 1> sum{released::sum({numbers.data(), {static_cast<golden::index_t>(count)}})};
            CHECK(golden::difference<1>(one, golden::tensor_view<float, 1>{sum.data(), {1}}) == "");
            sum[0] = released::sum(strided.view());
            CHECK(golden::difference<1>(one, golden::tensor_view<float, 1>{sum.data(), {1}}) == "");
        }
        ++cases;
    }
    CHECK(cases == 22);
}

TEST_CASE("sum: an empty row gives zero, minus zero loses its sign", "[released]") {
    float const minus_zero = -0.0f;
    CHECK(std::bit_cast<std::uint32_t>(released::sum({&minus_zero, {0}})) == 0u);
    CHECK(std::bit_cast<std::uint32_t>(released::sum({&minus_zero, {1}})) == 0u);
}
