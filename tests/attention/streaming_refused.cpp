// SPDX-License-Identifier: MIT
// What attention::streaming refuses, outputs untouched, and where it has nothing to do: cases N15 and N17.
#include <causalmm/attention/streaming.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "catch.hpp"
#include "support/streaming.hpp"

using causalmm::errc;
using causalmm::status;
using causalmm::backend::serial;
using namespace support;   // NOLINT: helpers of the tests

namespace {

struct refusals {
    streaming_call<float, float, causal> call{
        {.batches = 2, .heads = 4, .kv_heads = 2, .queries = 3, .keys = 5, .dim = 8, .value_dim = 6}};
    streaming_call<float, float, causal> before = call;
    std::vector<double> sums = std::vector<double>(200, 0.0);

    bool untouched() const {
        return call.z.same_bits(before.z) && call.factual.same_bits(before.factual) &&
               call.max_prob.same_bits(before.max_prob) && call.lse.same_bits(before.lse);
    }
    /// What is said when one output changes.
    template <class Change>
    status with(Change const& change) {
        streams out = call.everything();
        change(out);
        return call.stream(policy::reversed{}, out);
    }
};

}   // namespace

TEST_CASE("streaming_refused: N15 outputs that do not fit", "[attention]") {
    refusals r;
    for (std::size_t axis = 0; axis < 4; ++axis) {
        CHECK(r.with([=](streams& out) { --out.z.extents[axis]; }) == errc::shape_mismatch);
        CHECK(r.with([=](streams& out) { --out.factual.extents[axis]; }) == errc::shape_mismatch);
    }
    for (std::size_t axis = 0; axis < 3; ++axis) {
        CHECK(r.with([=](streams& out) { --out.statistics.max_prob.extents[axis]; }) == errc::shape_mismatch);
        CHECK(r.with([=](streams& out) { --out.statistics.lse.extents[axis]; }) == errc::shape_mismatch);
    }
    double const* const sums = r.sums.data();
    CHECK(r.with([](streams& out) { out.z = {}; }) == errc::shape_mismatch);
    CHECK(r.with([=](streams& out) { out.value_sum = {sums, {2, 4, 6}}; }) == errc::shape_mismatch);
    CHECK(r.with([=](streams& out) { out.value_sum = {sums, {2, 2, 8}}; }) == errc::shape_mismatch);
    CHECK(r.with([=](streams& out) { out.value_sum = {sums, {1, 2, 6}}; }) == errc::shape_mismatch);
    CHECK(r.with([](streams& out) { out.z.strides[3] = 2; }) == errc::unsupported);
    CHECK(r.with([](streams& out) { out.factual.strides[3] = 2; }) == errc::unsupported);
    CHECK(r.with([=](streams& out) { out.value_sum = {sums, {2, 2, 6}, {24, 12, 2}}; }) == errc::unsupported);
    for (std::size_t axis = 0; axis < 3; ++axis) {   // N74: nothing is written to rows that share memory
        CHECK(r.with([=](streams& out) { out.z.strides[axis] = 0; }) == errc::unsupported);
        CHECK(r.with([=](streams& out) { out.factual.strides[axis] = 0; }) == errc::unsupported);
        CHECK(r.with([=](streams& out) { out.statistics.lse.strides[axis] = 0; }) == errc::unsupported);
    }
    CHECK(r.untouched());
}

TEST_CASE("streaming_refused: inputs that do not fit", "[attention]") {
    refusals r;
    auto const with = [&r](auto change) {
        auto in = r.call.inputs();
        change(in);
        std::vector<std::byte> workspace(100000);
        return streaming(serial{}, edit{policy::reversed{}}, in, r.call.sights.policy(), r.call.everything(),
                         workspace);
    };
    CHECK(with([](auto& in) { --in.query.extents[0]; }) == errc::shape_mismatch);
    CHECK(with([](auto& in) { --in.key.extents[3]; }) == errc::shape_mismatch);
    CHECK(with([](auto& in) { --in.value.extents[2]; }) == errc::shape_mismatch);
    CHECK(with([](auto& in) { in.key.extents[1] = in.value.extents[1] = 3; }) == errc::shape_mismatch);
    CHECK(with([](auto& in) { in.query = tensor_view<float const, 4>::invalid(); }) == errc::shape_mismatch);
    CHECK(with([](auto& in) { in.key.strides[3] = 2; }) == errc::unsupported);
    CHECK(r.untouched());
}

TEST_CASE("streaming_refused: a bad policy, region, visibility or sample list", "[attention]") {
    refusals r;
    auto& call = r.call;
    CHECK(call.stream(policy::random{.scale = -1.0f}) == errc::bad_parameter);
    call.where.heads = {{2, 1}};
    CHECK(call.stream(policy::uniform{}) == errc::bad_parameter);
    call.where = {.keys = index_set::none()};
    for (index_t i = 0; i < 9; ++i) { call.where.keys.insert({2 * i, 2 * i + 1}); }
    CHECK(call.stream(policy::uniform{}) == errc::out_of_capacity);
    call.where = {};
    call.samples = {1, 2, 3};
    CHECK(call.stream(policy::uniform{}) == errc::shape_mismatch);
    call.samples.clear();
    auto const seeing = [&](auto const& visibility) {
        return streaming(serial{}, edit{policy::uniform{}}, call.inputs(), visibility, call.everything(),
                         call.workspace);
    };
    CHECK(seeing(causal{.offset = -2}) == errc::bad_parameter);
    CHECK(seeing(padding<>{}) == errc::shape_mismatch);
    std::array<key_range, 2> const wide{{{0, 5}, {0, 6}}};
    CHECK(seeing(padding<>{.valid = wide, .inner = {}}) == errc::bad_parameter);
    CHECK(r.untouched());
}

TEST_CASE("streaming_refused: over whole maps only affine policies, and only of all keys", "[attention]") {
    refusals r;
    auto const over = policy::scope::map;
    CHECK(r.call.stream(policy::shuffled{.over = over}) == errc::unsupported);
    CHECK(r.call.stream(policy::chain<policy::reversed, policy::uniform>{
              .policies = {policy::reversed{}, policy::uniform{.over = over}}}) == errc::unsupported);
    r.call.where = {.keys = {{0, 2}}};
    CHECK(r.call.stream(policy::reversed{.over = over}) == errc::unsupported);
    CHECK(r.untouched());
    CHECK(r.call.stream(policy::reversed{}) == errc::ok);
}

TEST_CASE("streaming_refused: a workspace below workspace_bytes may be too small, at any alignment", "[attention]") {
    refusals r;
    auto const call = [&](auto const& p, std::span<std::byte> workspace) {
        return streaming(serial{}, edit{p, region{}, r.call.at()}, r.call.inputs(), r.call.sights.policy(),
                         r.call.everything(), workspace);
    };
    CHECK(call(policy::reversed{}, {}) == errc::out_of_capacity);
    std::vector<std::byte> memory(workspace_bytes(policy::random{}, r.call.inputs()) + 64);
    auto const aligned = (64 - reinterpret_cast<std::uintptr_t>(memory.data()) % 64) % 64;
    for (std::size_t const skew : {0u, 1u, 63u}) {
        auto const here = std::span{memory}.subspan(aligned + skew > 63 ? aligned + skew - 64 : aligned + skew);
        // All but the bytes kept for alignment are needed.
        CHECK(call(policy::random{}, here.first(workspace_bytes(policy::random{}, r.call.inputs()) - 64)) ==
              errc::out_of_capacity);
        CHECK(call(policy::reversed{}, here.first(workspace_bytes(policy::reversed{}, r.call.inputs()) - 64)) ==
              errc::out_of_capacity);
    }
    CHECK(r.untouched());
    CHECK(call(policy::random{}, memory) == errc::ok);
}

TEST_CASE("streaming_refused: N17 no batch, head, query or dim is nothing to do, without a workspace", "[attention]") {
    for (sizes const& n : {sizes{.batches = 0, .queries = 3, .keys = 5, .dim = 8, .value_dim = 6},
                           sizes{.heads = 0, .kv_heads = 0, .queries = 3, .keys = 5, .dim = 8, .value_dim = 6},
                           sizes{.queries = 0, .keys = 5, .dim = 8, .value_dim = 6},
                           sizes{.queries = 3, .keys = 5, .dim = 8, .value_dim = 0}}) {
        streaming_call<float, float, causal> call(n);
        auto const z = call.z;
        CHECK(streaming(serial{}, edit{policy::reversed{}}, call.inputs(), call.sights.policy(), call.z_only(), {}) ==
              errc::ok);
        CHECK(streaming(serial{}, edit{policy::random{.scale = -1.0f}}, call.inputs(), call.sights.policy(),
                        call.z_only(), {}) == errc::bad_parameter);
        CHECK(call.z.same_bits(z));
    }
}
