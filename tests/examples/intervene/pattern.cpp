// SPDX-License-Identifier: MIT
#include <intervene/pattern.hpp>

#include <cstring>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

using causalmm::bf16;
using causalmm::f16;
using intervene::is_pattern;
using intervene::read_pattern;
using llava::io::dtype;
using support::tensor_of;

TEST_CASE("pattern: rank 2 to 4 of three types, and nothing else", "[intervene]") {
    std::vector<float> const six(6);
    CHECK_FALSE(is_pattern(tensor_of("t", {6}, six)));
    CHECK(is_pattern(tensor_of("t", {2, 3}, six)));
    CHECK(is_pattern(tensor_of("t", {1, 2, 3}, six)));
    CHECK(is_pattern(tensor_of("t", {1, 1, 2, 3}, six)));
    CHECK_FALSE(is_pattern(tensor_of("t", {1, 1, 1, 2, 3}, six)));
    CHECK_FALSE(is_pattern(tensor_of("t", {3, 0}, std::vector<float>{})));
    CHECK(is_pattern(tensor_of("t", {2, 3}, std::vector<f16>(6))));
    CHECK(is_pattern(tensor_of("t", {2, 3}, std::vector<bf16>(6))));
    auto other = tensor_of("t", {2, 3}, six);
    for (dtype const type : {dtype::i32, dtype::u32, dtype::f64, dtype::boolean}) {
        other.type = type;
        CHECK_FALSE(is_pattern(other));
    }
}

TEST_CASE("pattern: missing leading axes are 1, and bytes come back as they were", "[intervene]") {
    std::vector<float> const six{1, 2, 3, 4, 5, 6};
    auto const flat = read_pattern(tensor_of("layer", {2, 3}, six));
    CHECK(flat.shape == support::shape4{1, 1, 2, 3});
    CHECK(flat.name == "layer");
    CHECK(read_pattern(tensor_of("t", {3, 1, 2}, six)).shape == support::shape4{1, 3, 1, 2});
    CHECK(read_pattern(tensor_of("t", {1, 3, 2, 1}, six)).shape == support::shape4{1, 3, 2, 1});
    auto const bytes = intervene::bytes(flat);
    REQUIRE(bytes.size() == 24);
    CHECK(std::memcmp(bytes.data(), six.data(), 24) == 0);
}

TEST_CASE("pattern: memory that is misaligned for its type is read", "[intervene]") {
    std::vector<float> const two{0.25f, 0.75f};
    std::vector<std::byte> shifted(9);
    std::memcpy(shifted.data() + 1, two.data(), 8);
    auto tensor = tensor_of("t", {1, 2}, two);
    tensor.data = shifted.data() + 1;
    CHECK(intervene::as_floats(read_pattern(tensor)) == two);
}

TEST_CASE("pattern: floats go into the stored type rounded once", "[intervene]") {
    auto half = read_pattern(tensor_of("t", {1, 2}, std::vector<f16>(2)));
    intervene::set_floats(half, std::vector<float>{1.0f / 3.0f, 65520.0f});
    CHECK(intervene::as_floats(half)[0] == 0.333251953125f);   // 1365 / 4096
    CHECK(std::get<std::vector<f16>>(half.weights)[1].bits == 0x7c00);
    auto brain = read_pattern(tensor_of("t", {1, 1}, std::vector<bf16>(1)));
    intervene::set_floats(brain, std::vector<float>{1.0f / 3.0f});
    CHECK(intervene::as_floats(brain)[0] == 0.333984375f);   // 171 / 512
}
