// SPDX-License-Identifier: MIT
#include <causalmm/adaptor/thrust.cuh>

#include <array>
#include <concepts>
#include <utility>

#include <causalmm/attention/intervene.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/intervention/reversed.hpp>
#include <causalmm/visibility/bidirectional.hpp>

#include "catch.hpp"

using namespace causalmm;

template <class Vector>
using view_of = decltype(view(std::declval<Vector&>()));

static_assert(std::same_as<view_of<thrust::host_vector<float>>, tensor_view<float, 1>>);
static_assert(std::same_as<view_of<thrust::host_vector<double> const>, tensor_view<double const, 1>>);
static_assert(!adaptable<thrust::host_vector<int>>, "an integer is no weight");
static_assert(adaptable<thrust::device_vector<float>> == (THRUST_DEVICE_SYSTEM != THRUST_DEVICE_SYSTEM_CUDA),
              "the processor's backends refuse the memory of a CUDA device");

TEST_CASE("thrust: the last axis runs fastest", "[adaptor]") {
    thrust::device_vector<float> memory(24);
    auto const view = adaptor::thrust(memory, {2, 3, 4});
    CHECK(view.strides == std::array<index_t, 3>{12, 4, 1});
    CHECK(view.data == thrust::raw_pointer_cast(memory.data()));
    CHECK(&view(1, 2, 3) == view.data + 23);   // 1*12 + 2*4 + 3

    thrust::device_vector<float> const constant(24);
    static_assert(std::same_as<decltype(adaptor::thrust(constant, {24})), tensor_view<float const, 1>>);
    CHECK(adaptor::thrust(constant, {4, 6}).size() == 24);
}

TEST_CASE("thrust: extents that do not multiply to the vector's size give an invalid view", "[adaptor]") {
    thrust::host_vector<double> memory(6);
    CHECK_FALSE(adaptor::thrust(memory, {2, 4}).valid());
    CHECK_FALSE(adaptor::thrust(memory, {-2, -3}).valid());
    CHECK(adaptor::thrust(memory, {3, 2}).valid());
}

TEST_CASE("thrust: a device pointer has the extents it is given", "[adaptor]") {
    thrust::device_vector<float> memory(12);
    auto const tail = adaptor::thrust(memory.data() + 4, {2, 4});
    CHECK(tail.extents == std::array<index_t, 2>{2, 4});
    CHECK(&tail(1, 3) == thrust::raw_pointer_cast(memory.data()) + 11);
    CHECK_FALSE(adaptor::thrust(memory.data(), {2, -1}).valid());
}

TEST_CASE("thrust: is itself a tensor of rank one", "[adaptor]") {
    thrust::host_vector<float> memory(3, 2.0f);
    auto const whole = view(memory);
    CHECK(whole.size() == 3);
    whole(1) = 5.0f;
    CHECK(memory[1] == 5.0f);
}

TEST_CASE("thrust: is edited in place", "[adaptor]") {
    thrust::host_vector<float> memory(4, 0.5f);   // (query 2, key 2)
    memory[0] = 0.25f;
    memory[1] = 0.75f;
    thrust::device_vector<float> pattern = memory;
    REQUIRE(attention::intervene(backend::serial{}, attention::edit{intervention::reversed{}},
                                 adaptor::thrust(pattern, {2, 2}), visibility::bidirectional{}) == errc::ok);
    memory = pattern;
    CHECK(std::array{memory[0], memory[1], memory[2], memory[3]} == std::array{0.5f, 0.0f, 0.0f, 0.0f});
}
