// SPDX-License-Identifier: MIT
#include <causalmm/core/tensor_traits.hpp>

#include <array>
#include <vector>

#include "catch.hpp"

namespace foreign {
struct tensor {
    std::vector<float> memory = std::vector<float>(6);
};
struct stranger {};
}   // namespace foreign

template <>
struct causalmm::tensor_traits<foreign::tensor> {
    static tensor_view<float, 2> view(foreign::tensor& t) noexcept { return {t.memory.data(), {2, 3}}; }
    static tensor_view<float const, 2> view(foreign::tensor const& t) noexcept { return {t.memory.data(), {2, 3}}; }
};

static_assert(causalmm::adaptable<foreign::tensor>);
static_assert(causalmm::adaptable<foreign::tensor const>);
static_assert(causalmm::adaptable<foreign::tensor&>);
static_assert(causalmm::adaptable<causalmm::tensor_view<causalmm::f16, 4>>);
static_assert(!causalmm::adaptable<foreign::stranger>);
static_assert(!causalmm::adaptable<float*>);

TEST_CASE("tensor_traits: a foreign type enters by one specialisation", "[core]") {
    foreign::tensor t;
    causalmm::view(t)(1, 2) = 4.0f;
    CHECK(t.memory[5] == 4.0f);
}

TEST_CASE("tensor_traits: a constant tensor gives a view of constants", "[core]") {
    foreign::tensor const t;
    auto const seen = causalmm::view(t);
    static_assert(std::is_same_v<decltype(seen), causalmm::tensor_view<float const, 2> const>);
    CHECK(seen(1, 1) == 0.0f);
}

TEST_CASE("tensor_traits: a view is its own view, temporaries included", "[core]") {
    std::array<float, 4> memory{1, 2, 3, 4};
    causalmm::tensor_view<float, 2> const t{memory.data(), {2, 2}, {1, 2}};
    CHECK(causalmm::view(t).strides == t.strides);
    CHECK(causalmm::view(causalmm::tensor_view<float, 1>{memory.data(), {4}})(3) == 4.0f);
}
