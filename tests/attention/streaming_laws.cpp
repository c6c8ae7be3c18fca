// SPDX-License-Identifier: MIT
// Laws that join several calls of attention::streaming: prefill and decode, batches and singles, threads, kept sums.
#include <causalmm/attention/streaming.hpp>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include <causalmm/attention/value_sum.hpp>
#include <causalmm/backend/threads.hpp>

#include "catch.hpp"
#include "support/streaming.hpp"

using causalmm::errc;
using causalmm::backend::serial;
using causalmm::backend::threads;
using namespace support;   // NOLINT: helpers of the tests

namespace {

/// One of each verb, and a chain.
using policies = std::tuple<policy::reversed, policy::random, policy::shuffled, leaning,
                            policy::chain<policy::random, policy::renormalized<policy::reversed>>>;

template <class Call>
std::string bits_differ(Call const& got, Call const& expected) {
    for (auto const part : {&Call::factual, &Call::max_prob, &Call::lse}) {
        if (!(got.*part).same_bits(expected.*part)) { return "factual z or the statistics differ"; }
    }
    return bit_difference(got.z.view(), expected.z.view());
}

/// Rows [from, from + count) of a call that sees keys [0, from + count) at most, as a call of its own.
template <class Call>
Call chunk_of(Call const& whole, sizes n, index_t from, index_t count) {
    n.queries = count;
    n.keys = from + count;
    Call cut(n);
    cut.scale = whole.scale;
    cut.query = part(whole.query, 0, from, count, 0, n.dim);
    cut.key = part(whole.key, 0, 0, n.keys, 0, n.dim);
    cut.value = part(whole.value, 0, 0, n.keys, 0, n.value_dim);
    return cut;
}

/// Weights of `random` sum to half the keys, so errors of a weight are measured against that; see attend_and_compare.
double allowed(index_t keys) { return 2e-5 * static_cast<double>(keys); }

}   // namespace

TEMPLATE_LIST_TEST_CASE("streaming_laws: row i of a prefill is decode step i, and a prefill in chunks that in one",
                        "[attention]", policies) {
    INFO(TestType::name);
    causalmm::type_list<causal, sliding_window>::for_each([]<class Visibility>() {
        INFO(Visibility::name);
        sizes const n{.heads = 4, .kv_heads = 2, .queries = 101, .keys = 101, .dim = 9, .value_dim = 7};
        streaming_call<float, float, Visibility> whole(n);
        REQUIRE(whole.stream(TestType{}) == errc::ok);
        for (index_t const count : {index_t{1}, index_t{5}, index_t{40}}) {
            for (index_t from = 0; from < 101; from += count) {
                index_t const rows = std::min(count, 101 - from);
                INFO("rows " << from << " to " << from + rows);
                auto chunk = chunk_of(whole, n, from, rows);
                REQUIRE(chunk.stream(TestType{}) == errc::ok);
                auto const same = [&](auto const& got, auto const& all, index_t width, double margin) {
                    return difference(got.view(), dense(part(all, 0, from, rows, 0, width).view()), margin);
                };
                CHECK(same(chunk.z, whole.z, 7, allowed(101)) == "");
                CHECK(same(chunk.factual, whole.factual, 7, 2e-5) == "");
                CHECK(same(chunk.lse, whole.lse, 1, 2e-5) == "");
            }
        }
    });
}

TEMPLATE_LIST_TEST_CASE("streaming_laws: attention of a padded batch is that of its sequences", "[attention]",
                        policies) {
    INFO(TestType::name);
    index_t const width = 75;
    sizes const n{.batches = 3, .heads = 4, .kv_heads = 2, .queries = width, .keys = width, .dim = 9, .value_dim = 7};
    streaming_call<float, float, padding<causal>> batch(n);   // padded left, right and on both sides
    REQUIRE(batch.stream(TestType{}) == errc::ok);
    for (index_t b = 0; b < 3; ++b) {
        INFO(b);
        auto const [begin, end] = valid_cells(3, width)[static_cast<std::size_t>(b)];
        index_t const length = end - begin;
        streaming_call<float, float, causal> single(
            {.heads = 4, .kv_heads = 2, .queries = length, .keys = length, .dim = 9, .value_dim = 7});
        single.samples = {batch.samples[static_cast<std::size_t>(b)]};
        single.scale = batch.scale;
        single.query = part(batch.query, b, begin, length, 0, 9);
        single.key = part(batch.key, b, begin, length, 0, 9);
        single.value = part(batch.value, b, begin, length, 0, 7);
        REQUIRE(single.stream(TestType{}) == errc::ok);
        CHECK(difference(single.z.view(), dense(part(batch.z, b, begin, length, 0, 7).view()), allowed(width)) == "");
        CHECK(difference(single.lse.view(), dense(part(batch.lse, b, begin, length, 0, 1).view()), 2e-5) == "");
    }
}

TEMPLATE_LIST_TEST_CASE("streaming_laws: N95 threads and any number of workspaces give the bits of one", "[attention]",
                        policies) {
    INFO(TestType::name);
    for (index_t const queries : {1, 300}) {   // more than one task a head
        sizes const n{
            .batches = 2, .heads = 4, .kv_heads = 2, .queries = queries, .keys = queries + 1, .dim = 8, .value_dim = 5};
        streaming_call<float, float, padding<causal>> one(n);
        REQUIRE(one.stream(TestType{}) == errc::ok);
        threads const three(3);
        for (index_t const tasks : {1, 2, 3, 50}) {
            streaming_call<float, float, padding<causal>> many(n), alone(n);
            REQUIRE(many.stream(TestType{}, many.everything(), three, tasks) == errc::ok);
            CHECK(bits_differ(many, one) == "");
            REQUIRE(alone.stream(TestType{}, alone.everything(), serial{}, tasks) == errc::ok);
            CHECK(bits_differ(alone, one) == "");
        }
    }
}

TEMPLATE_LIST_TEST_CASE("streaming_laws: z has the same bits whatever else is asked for", "[attention]", policies) {
    INFO(TestType::name);
    for (index_t const queries : {1, 41}) {
        sizes const n{
            .batches = 2, .heads = 4, .kv_heads = 2, .queries = queries, .keys = 120, .dim = 8, .value_dim = 5};
        streaming_call<float, float, padding<causal>> all(n), alone(n), factual(n);
        all.where = alone.where = {.queries = {{3, 100}}, .keys = {{2, 9}, {11, 80}}};
        REQUIRE(all.stream(TestType{}) == errc::ok);
        REQUIRE(alone.stream(TestType{}, alone.z_only()) == errc::ok);
        CHECK(bit_difference(alone.z.view(), all.z.view()) == "");
        REQUIRE(factual.stream(policy::identity{}, factual.z_only()) == errc::ok);
        // Policies that need weights side by side sum them in another order.
        CHECK(difference(all.factual.view(), dense(factual.z.view()), 2e-5) == "");
    }
}

TEMPLATE_LIST_TEST_CASE("streaming_laws: N95 a call repeated gives the same bits", "[attention]", policies) {
    INFO(TestType::name);
    sizes const n{.batches = 2, .heads = 2, .kv_heads = 1, .queries = 41, .keys = 41, .dim = 8, .value_dim = 5};
    streaming_call<float, float, padding<causal>> first(n), second(n);
    REQUIRE(first.stream(TestType{}) == errc::ok);
    REQUIRE(second.stream(TestType{}) == errc::ok);
    CHECK(bits_differ(second, first) == "");
}

TEST_CASE("streaming_laws: a sum of values that the cache keeps gives the bits of adding them up", "[attention]") {
    index_t const prompt = 37, length = 50;
    sizes const n{.batches = 2, .heads = 4, .kv_heads = 2, .queries = 1, .keys = length, .dim = 8, .value_dim = 5};
    for (auto const& p : {policy::reversed{}, policy::reversed{.over = policy::scope::map}}) {
        std::vector<double> memory(2 * 2 * 5, 0.0);
        tensor_view<double, 3> const sum{memory.data(), {2, 2, 5}};
        streaming_call<float, float, bidirectional> call(n), kept(n);
        auto const value = call.value.view();
        for (index_t keys = prompt; keys <= length; ++keys) {
            index_t const fresh = keys == prompt ? prompt : 1;
            tensor_view<float const, 4> const added{&value(0, 0, keys - fresh, 0), {2, 2, fresh, 5}, value.strides};
            REQUIRE(causalmm::attention::value_sum(serial{}, added, sum) == errc::ok);
            auto const step = [&](auto& one, streams out) {
                auto in = one.inputs();
                in.key.extents[2] = in.value.extents[2] = keys;
                one.workspace.resize(workspace_bytes(p, in));
                return streaming(serial{}, edit{p, region{}, one.at()}, in, bidirectional{}, out, one.workspace);
            };
            streams out = kept.everything();
            out.value_sum = sum;
            REQUIRE(step(call, call.everything()) == errc::ok);
            REQUIRE(step(kept, out) == errc::ok);
            CHECK(bits_differ(kept, call) == "");
        }
        // It is used: a wrong sum shows.
        for (double& each : memory) { each += 1.0; }
        streams out = kept.everything();
        out.value_sum = sum;
        REQUIRE(kept.stream(p, out) == errc::ok);
        CHECK_FALSE(kept.z.same_bits(call.z));
    }
}

TEST_CASE("streaming_laws: a kept sum is of all keys, so rows and edits of fewer do without", "[attention]") {
    sizes const n{.heads = 2, .kv_heads = 1, .queries = 9, .keys = 9, .dim = 8, .value_dim = 5};
    std::vector<double> wrong(5, 1e9);
    auto const check = [&](auto& plain, auto& kept, index_t rows) {
        streams out = kept.everything();
        out.value_sum = {wrong.data(), {1, 1, 5}};
        REQUIRE(plain.stream(policy::reversed{}) == errc::ok);
        REQUIRE(kept.stream(policy::reversed{}, out) == errc::ok);
        CHECK(bit_difference(part(kept.z, 0, 0, rows, 0, 5).view(), part(plain.z, 0, 0, rows, 0, 5).view()) == "");
    };
    streaming_call<float, float, causal> plain(n), kept(n);
    check(plain, kept, 8);   // the ninth row sees all keys
    plain.where = kept.where = {.keys = {{0, 8}}};
    check(plain, kept, 9);
}

TEST_CASE("streaming_laws: N91 samples name the rows of a batch, whatever their order", "[attention]") {
    sizes const n{.batches = 3, .heads = 2, .kv_heads = 1, .queries = 37, .keys = 40, .dim = 8, .value_dim = 5};
    streaming_call<float, float, bidirectional> batch(n), turned(n);
    for (std::size_t b = 0; b < 3; ++b) { turned.samples[(b + 1) % 3] = batch.samples[b]; }
    auto const move = [](tensor<float> const& from, tensor<float>& to) {
        for_each_index(from.view().extents, [&](index_t b, index_t h, index_t q, index_t d) {
            to.view()((b + 1) % 3, h, q, d) = from.view()(b, h, q, d);
        });
    };
    move(batch.query, turned.query);
    move(batch.key, turned.key);
    move(batch.value, turned.value);
    REQUIRE(batch.stream(policy::random{.seed = 3}) == errc::ok);
    REQUIRE(turned.stream(policy::random{.seed = 3}) == errc::ok);
    tensor<float> expected = batch.z;
    move(batch.z, expected);
    CHECK(bit_difference(turned.z.view(), expected.view()) == "");
}
