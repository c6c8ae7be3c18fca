// SPDX-License-Identifier: MIT
// No header of its own: rows whose keys lie apart. A cache in any order of cells gives what one in the order of positions gives.
#include <array>
#include <cstddef>
#include <string>
#include <tuple>
#include <vector>

#include <causalmm/attention.hpp>
#include <causalmm/backend/serial.hpp>

#include "catch.hpp"
#include "support/streaming.hpp"

using causalmm::errc;
using causalmm::attention::kernel_outputs;
using causalmm::backend::serial;
using namespace support;   // NOLINT: helpers of the tests

namespace {

/// One of each verb, drawn weights, and a chain.
using policies = std::tuple<policy::reversed, policy::renormalized<policy::random>, policy::random, policy::shuffled,
                            policy::amplified, leaning, policy::chain<policy::shuffled, policy::reversed>>;

constexpr sizes some{.batches = 2, .heads = 4, .kv_heads = 2, .queries = 1, .keys = 101, .dim = 9, .value_dim = 7};

/// Where the key of a position lies: a ring that began anew in the middle, or two halves that changed places.
index_t cell_of(index_t batch, index_t position, index_t keys) {
    return (position + (batch == 0 ? keys / 3 : keys / 2 + 1)) % keys;
}

/// A causal call, and the same one on keys and values that lie in other cells; a few more cells hold NaN and no key.
struct moved {
    static constexpr index_t idle = 3;
    using call = streaming_call<float, float, causal>;

    explicit moved(sizes const& n, region const& where)
        : plain{n},
          key{{n.batches, n.kv_heads, n.keys + idle, n.dim}, layout::contiguous},
          value{{n.batches, n.kv_heads, n.keys + idle, n.value_dim}, layout::contiguous},
          z{{n.batches, n.heads, n.queries, n.value_dim}, layout::contiguous},
          factual{z},
          positions(static_cast<std::size_t>(n.batches * (n.keys + idle)), -1),
          first(static_cast<std::size_t>(n.batches), n.keys - n.queries) {
        plain.where = where;
        auto const move = [&](tensor<float> const& from, tensor<float>& to, index_t dim) {
            for_each_index({n.batches, n.kv_heads, n.keys + idle, dim},
                           [&](index_t b, index_t h, index_t k, index_t d) {
                               to.view()(b, h, k, d) = causalmm::attention::detail::quiet_nan();
                           });
            for_each_index({n.batches, n.kv_heads, n.keys, dim}, [&](index_t b, index_t h, index_t k, index_t d) {
                to.view()(b, h, cell_of(b, k, n.keys), d) = from.view()(b, h, k, d);
            });
        };
        move(plain.key, key, n.dim);
        move(plain.value, value, n.value_dim);
        for (index_t b = 0; b < n.batches; ++b) {
            for (index_t k = 0; k < n.keys; ++k) {
                positions[static_cast<std::size_t>(b * (n.keys + idle) + cell_of(b, k, n.keys))] = k;
            }
        }
    }
    cell_map map() const { return {.positions = positions, .first_query = first}; }
    place at() const { return {.layer = 3, .samples = plain.samples}; }
    causalmm::attention::inputs<float, float> inputs() const {
        return {plain.query.view(), key.view(), value.view(), plain.scale};
    }
    template <class Policy>
    causalmm::status stream(Policy const& p, streams const& out) {
        workspace.assign(workspace_bytes(p, inputs()), std::byte{0xff});
        return streaming(serial{}, edit{p, plain.where, at()}, inputs(), map(), out, workspace);
    }

    call plain;
    tensor<float> key, value, z, factual;
    std::vector<index_t> positions, first;
    std::vector<std::byte> workspace;
};

/// Weights of `random` sum to half the keys; see attend_and_compare.
double allowed(index_t keys) { return 2e-5 * static_cast<double>(keys); }

std::vector<region> regions() { return {{}, {.queries = {{90, 100}}, .keys = {{2, 9}, {30, 80}}}}; }

}   // namespace

TEMPLATE_LIST_TEST_CASE("scattered_keys: streaming over cells in any order is streaming over positions", "[attention]",
                        policies) {
    INFO(TestType::name);
    for (region const& where : regions()) {
        for (index_t const queries : {1, 41}) {
            sizes n = some;
            n.queries = queries;
            moved call(n, where);
            REQUIRE(call.plain.stream(TestType{}) == errc::ok);
            REQUIRE(call.stream(TestType{}, {.z = call.z.view(), .factual = call.factual.view()}) == errc::ok);
            CHECK(difference(call.z.view(), dense(call.plain.z.view()), allowed(n.keys)) == "");
            CHECK(difference(call.factual.view(), dense(call.plain.factual.view()), 2e-5) == "");
            REQUIRE(call.stream(TestType{}, {.z = call.z.view()}) == errc::ok);
            CHECK(difference(call.z.view(), dense(call.plain.z.view()), allowed(n.keys)) == "");
        }
    }
}

TEMPLATE_LIST_TEST_CASE("scattered_keys: the pattern of cells in any order is that of positions", "[attention]",
                        policies) {
    INFO(TestType::name);
    for (region const& where : regions()) {
        sizes n = some;
        n.queries = 41;
        moved call(n, where);
        tensor<float> pattern({n.batches, n.heads, n.queries, n.keys + moved::idle}, layout::contiguous);
        REQUIRE(call.plain.run(TestType{}) == errc::ok);
        REQUIRE(causalmm::attention::materialized(serial{}, edit{TestType{}, where, call.at()}, call.inputs(),
                                                  call.map(), pattern.view(), call.z.view()) == errc::ok);
        CHECK(difference(call.z.view(), dense(call.plain.z.view()), allowed(n.keys)) == "");
        tensor<float> back({n.batches, n.heads, n.queries, n.keys}, layout::contiguous);
        for_each_index({n.batches, n.heads, n.queries, n.keys}, [&](index_t b, index_t h, index_t q, index_t k) {
            back.view()(b, h, q, k) = pattern.view()(b, h, q, cell_of(b, k, n.keys));
        });
        CHECK(difference(back.view(), dense(call.plain.pattern.view()), 2e-5) == "");
    }
}

TEST_CASE("scattered_keys: the closed form behind a kernel, of rows and of whole maps", "[attention]") {
    for (auto const over : {policy::scope::row, policy::scope::map}) {
        policy::reversed const p{.over = over};
        sizes n = some;
        n.queries = 41;
        moved call(n, {});
        REQUIRE(call.plain.stream(p) == errc::ok);
        kernel_outputs<float> const kernel{.z = call.plain.factual.view(),
                                           .statistics = {rows_of(call.plain.max_prob), rows_of(call.plain.lse)},
                                           .value = call.value.view()};
        REQUIRE(causalmm::attention::epilogue(serial{}, edit{p, region{}, call.at()}, kernel, call.map(),
                                              call.z.view()) == errc::ok);
        CHECK(difference(call.z.view(), dense(call.plain.z.view()), allowed(n.keys)) == "");
        REQUIRE(call.stream(p, {.z = call.z.view()}) == errc::ok);
        CHECK(difference(call.z.view(), dense(call.plain.z.view()), allowed(n.keys)) == "");
    }
}

TEST_CASE("scattered_keys: more ranges than an edit holds are refused, and nothing is written", "[attention]") {
    sizes n = some;
    moved call(n, {.keys = {{0, 2}, {4, 6}, {8, 10}, {12, 14}, {16, 18}, {20, 22}, {24, 26}, {28, 90}}});
    tensor<float> const before = call.z;
    CHECK(call.stream(policy::reversed{}, {.z = call.z.view()}) == errc::unsupported);
    CHECK(call.z.same_bits(before));
}

TEST_CASE("scattered_keys: padding in padding is the padding of what both take for valid", "[attention]") {
    using nested = padding<padding<causal>>;
    std::array<key_range, 2> const outer{{{2, 40}, {5, 33}}}, inner{{{7, 38}, {3, 41}}}, both{{{7, 38}, {5, 33}}};
    sizes const n{.batches = 2, .heads = 2, .kv_heads = 1, .queries = 41, .keys = 41, .dim = 8, .value_dim = 5};
    for (auto const over : {policy::scope::row, policy::scope::map}) {
        policy::reversed const p{.over = over};
        streaming_call<float, float, bidirectional> one(n), other(n);
        auto const stream = [&](auto& call, auto const& visibility) {
            call.workspace.resize(workspace_bytes(p, call.inputs()));
            return streaming(serial{}, edit{p, region{}, call.at()}, call.inputs(), visibility, call.everything(),
                             call.workspace);
        };
        REQUIRE(stream(one, padding<causal>{.valid = both, .inner = {}}) == errc::ok);
        REQUIRE(stream(other, nested{.valid = outer, .inner = {.valid = inner, .inner = {}}}) == errc::ok);
        CHECK(bit_difference(other.z.view(), one.z.view()) == "");
        tensor<float> closed = one.z;
        kernel_outputs<float> const kernel{.z = other.factual.view(),
                                           .statistics = {rows_of(other.max_prob), rows_of(other.lse)},
                                           .value = other.value.view()};
        REQUIRE(causalmm::attention::epilogue(serial{}, edit{p, region{}, other.at()}, kernel,
                                              nested{.valid = outer, .inner = {.valid = inner, .inner = {}}},
                                              closed.view()) == errc::ok);
        CHECK(difference(closed.view(), dense(one.z.view()), allowed(n.keys)) == "");
    }
}
