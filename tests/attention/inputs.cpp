// SPDX-License-Identifier: MIT
#include <causalmm/attention/inputs.hpp>

#include "catch.hpp"
#include "support/tensor.hpp"

using causalmm::errc;
using causalmm::f16;
using causalmm::status;
using causalmm::attention::inputs;
using causalmm::attention::detail::check_inputs;
using namespace support;   // NOLINT: helpers of the tests

namespace {

/// Tensors that fit: 2 batch rows, 4 query heads of 2 kv heads, 3 queries, 5 keys, dims 8 and 6.
struct fitting {
    tensor<float> query{{2, 4, 3, 8}};
    tensor<f16> key{{2, 2, 5, 8}}, value{{2, 2, 5, 6}};
    tensor<float> out{{2, 4, 3, 6}};
    inputs<float, f16> in{query.view(), key.view(), value.view()};
    tensor_view<float, 4> z = out.view();

    status check() const { return check_inputs(in, z); }
};

/// What is said when one thing about them changes.
template <class Change>
status after(Change const& change) {
    fitting all;
    change(all);
    return all.check();
}

}   // namespace

TEST_CASE("inputs: extents have names", "[attention]") {
    fitting const all;
    CHECK(all.in.batches() == 2);
    CHECK(all.in.heads() == 4);
    CHECK(all.in.queries() == 3);
    CHECK(all.in.dim() == 8);
    CHECK(all.in.keys() == 5);
    CHECK(all.in.value_dim() == 6);
    CHECK(all.in.scale == 1.0f);
}

TEST_CASE("inputs: N15 neighbouring query heads share a kv head", "[attention]") {
    fitting all;
    for (index_t head = 0; head < 4; ++head) { CHECK(all.in.kv_head(head) == head / 2); }
    all.in.key.extents[1] = 1;
    for (index_t head = 0; head < 4; ++head) { CHECK(all.in.kv_head(head) == 0); }
    all.in.key.extents[1] = 4;
    for (index_t head = 0; head < 4; ++head) { CHECK(all.in.kv_head(head) == head); }
}

TEST_CASE("inputs: what fits is accepted, also with rows apart and with nothing in it", "[attention]") {
    CHECK(fitting{}.check() == errc::ok);
    CHECK(after([](fitting& f) { f.in.query.strides[2] = 11; }) == errc::ok);
    CHECK(after([](fitting& f) { f.in.query.extents[2] = f.z.extents[2] = 0; }) == errc::ok);
    CHECK(after([](fitting& f) {
              f.in.query.extents[0] = f.in.key.extents[0] = f.in.value.extents[0] = f.z.extents[0] = 0;
          }) == errc::ok);
    CHECK(after([](fitting& f) {
              f.in.query.extents[1] = f.in.key.extents[1] = f.in.value.extents[1] = f.z.extents[1] = 0;
          }) == errc::ok);
    CHECK(after([](fitting& f) { f.in.key.extents[2] = f.in.value.extents[2] = 0; }) == errc::ok);
}

TEST_CASE("inputs: N15 extents that do not fit each other are a shape_mismatch", "[attention]") {
    for (std::size_t axis = 0; axis < 4; ++axis) {
        INFO(axis);
        CHECK(after([axis](fitting& f) { --f.z.extents[axis]; }) == errc::shape_mismatch);
    }
    CHECK(after([](fitting& f) { --f.in.query.extents[0]; }) == errc::shape_mismatch);
    CHECK(after([](fitting& f) { --f.in.key.extents[0]; }) == errc::shape_mismatch);
    CHECK(after([](fitting& f) { --f.in.value.extents[0]; }) == errc::shape_mismatch);
    CHECK(after([](fitting& f) { --f.in.value.extents[1]; }) == errc::shape_mismatch);
    CHECK(after([](fitting& f) { --f.in.value.extents[2]; }) == errc::shape_mismatch);
    CHECK(after([](fitting& f) { --f.in.key.extents[3]; }) == errc::shape_mismatch);
    for (index_t const kv_heads : {0, 3, 8}) {
        INFO(kv_heads);
        CHECK(after([=](fitting& f) { f.in.key.extents[1] = f.in.value.extents[1] = kv_heads; }) ==
              errc::shape_mismatch);
    }
}

TEST_CASE("inputs: memory that is no such tensor is a shape_mismatch", "[attention]") {
    using view = tensor_view<float, 4>;
    using half = tensor_view<f16 const, 4>;
    CHECK(after([](fitting& f) { f.in.query = tensor_view<float const, 4>::invalid(); }) == errc::shape_mismatch);
    CHECK(after([](fitting& f) { f.in.key = half::invalid(); }) == errc::shape_mismatch);
    CHECK(after([](fitting& f) { f.in.value = half::invalid(); }) == errc::shape_mismatch);
    CHECK(after([](fitting& f) { f.z = view::invalid(); }) == errc::shape_mismatch);
    CHECK(check_inputs(inputs<float>{tensor_view<float const, 4>::invalid(), tensor_view<float const, 4>::invalid(),
                                     tensor_view<float const, 4>::invalid()},
                       view::invalid()) == errc::shape_mismatch);
}

TEST_CASE("inputs: N74 a last axis that is not contiguous is unsupported", "[attention]") {
    for (index_t const step : {-1, 0, 2}) {
        INFO(step);
        CHECK(after([=](fitting& f) { f.in.query.strides[3] = step; }) == errc::unsupported);
        CHECK(after([=](fitting& f) { f.in.key.strides[3] = step; }) == errc::unsupported);
        CHECK(after([=](fitting& f) { f.in.value.strides[3] = step; }) == errc::unsupported);
        CHECK(after([=](fitting& f) { f.z.strides[3] = step; }) == errc::unsupported);
    }
}
