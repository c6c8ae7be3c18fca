// SPDX-License-Identifier: MIT
#include <causalmm/attention/value_sum.hpp>

#include <vector>

#include <causalmm/backend/serial.hpp>
#include <causalmm/backend/threads.hpp>

#include "catch.hpp"
#include "support/tensor.hpp"

using causalmm::bf16;
using causalmm::errc;
using causalmm::f16;
using causalmm::attention::value_sum;
using causalmm::backend::serial;
using namespace support;   // NOLINT: helpers of the tests

namespace {

template <class T>
tensor_view<T const, 4> read_only(tensor<T> const& t) {
    return t.view();
}

/// What the sum over keys is, entry by entry.
template <class T>
std::vector<double> expected(tensor<T> const& value, double start) {
    auto const v = value.view();
    std::vector<double> sums(static_cast<std::size_t>(v.extent(0) * v.extent(1) * v.extent(3)), start);
    for_each_index(v.extents, [&](index_t b, index_t h, index_t k, index_t d) {
        sums[static_cast<std::size_t>((b * v.extent(1) + h) * v.extent(3) + d)] +=
            static_cast<double>(static_cast<float>(v(b, h, k, d)));
    });
    return sums;
}

}   // namespace

TEST_CASE("value_sum: adds the values of every element type and layout to what stands there", "[attention]") {
    causalmm::type_list<float, double, f16, bf16>::for_each([]<class T>() {
        for (layout const how : {layout::contiguous, layout::rows_apart, layout::heads_inside}) {
            tensor<T> value({2, 3, 11, 7}, how);
            fill(value.view(), 4, -1.0f, 1.0f);
            std::vector<double> sums(2 * 3 * 7, 0.5);
            REQUIRE(value_sum(serial{}, read_only(value), {sums.data(), {2, 3, 7}}) == errc::ok);
            CHECK(sums == expected(value, 0.5));   // the same additions in the same order
        }
    });
}

TEST_CASE("value_sum: one token at a time gives the bits of all at once, threads those of one", "[attention]") {
    tensor<bf16> value({2, 3, 57, 9});
    fill(value.view(), 4, -1.0f, 1.0f);
    std::vector<double> whole(2 * 3 * 9, 0.0), steps = whole, shared = whole;
    REQUIRE(value_sum(serial{}, read_only(value), {whole.data(), {2, 3, 9}}) == errc::ok);
    for (index_t k = 0; k < 57; ++k) {
        tensor_view<bf16 const, 4> const one{&value.view()(0, 0, k, 0), {2, 3, 1, 9}, value.view().strides};
        REQUIRE(value_sum(serial{}, one, {steps.data(), {2, 3, 9}}) == errc::ok);
    }
    REQUIRE(value_sum(causalmm::backend::threads(3), read_only(value), {shared.data(), {2, 3, 9}}) == errc::ok);
    CHECK(steps == whole);
    CHECK(shared == whole);
}

TEST_CASE("value_sum: a long answer's sum is as exact as a short one's", "[attention]") {
    tensor<float> value({1, 1, 1, 1});
    value.view()(0, 0, 0, 0) = 0.1f;
    double sum = 0.0;
    for (int token = 0; token < 100000; ++token) {
        if (!value_sum(serial{}, read_only(value), {&sum, {1, 1, 1}})) { FAIL("refused"); }
    }
    CHECK(sum == Approx(100000.0 * static_cast<double>(0.1f)).epsilon(1e-11));   // a float's is off by 1e-3
}

TEST_CASE("value_sum: the sum's rows may lie apart", "[attention]") {
    tensor<float> value({2, 2, 5, 3});
    fill(value.view(), 4, -1.0f, 1.0f);
    std::vector<double> apart(40, 0.0);
    tensor_view<double, 3> const sum{apart.data(), {2, 2, 3}, {20, 10, 1}};
    REQUIRE(value_sum(serial{}, read_only(value), sum) == errc::ok);
    auto const right = expected(value, 0.0);
    for (index_t i = 0; i < 12; ++i) { CHECK(sum(i / 6, i / 3 % 2, i % 3) == right[static_cast<std::size_t>(i)]); }
    CHECK(apart[3] == 0.0);
}

TEST_CASE("value_sum: what does not fit is refused, the sum untouched; nothing new is nothing to do", "[attention]") {
    tensor<float> value({2, 3, 5, 7});
    std::vector<double> sums(2 * 3 * 7, 0.5);
    auto const before = sums;
    auto const call = [&](tensor_view<float const, 4> from, tensor_view<double, 3> to) {
        return value_sum(serial{}, from, to);
    };
    CHECK(call(read_only(value), {sums.data(), {2, 3, 6}}) == errc::shape_mismatch);
    CHECK(call(read_only(value), {sums.data(), {2, 2, 7}}) == errc::shape_mismatch);
    CHECK(call(read_only(value), {sums.data(), {1, 3, 7}}) == errc::shape_mismatch);
    CHECK(call(tensor_view<float const, 4>::invalid(), {sums.data(), {2, 3, 7}}) == errc::shape_mismatch);
    CHECK(call(tensor_view<float const, 4>::invalid(), tensor_view<double, 3>::invalid()) == errc::shape_mismatch);
    CHECK(call(read_only(value), {sums.data(), {2, 3, 7}, {21, 7, 2}}) == errc::unsupported);
    tensor<float> const stepped({2, 3, 5, 7}, layout::inner_step_two);
    CHECK(call(read_only(stepped), {sums.data(), {2, 3, 7}}) == errc::unsupported);
    CHECK(call({nullptr, {2, 3, 0, 7}}, {sums.data(), {2, 3, 7}}) == errc::ok);
    CHECK(call({nullptr, {0, 3, 5, 7}}, {nullptr, {0, 3, 7}}) == errc::ok);
    CHECK(sums == before);
}
