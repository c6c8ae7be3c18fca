// SPDX-License-Identifier: MIT
// Laws that join several calls of attention::materialized: prefill and decode, batches and singles.
#include <causalmm/attention/materialized.hpp>

#include "catch.hpp"
#include "support/attending.hpp"

using causalmm::errc;
using namespace support;   // NOLINT: helpers of the tests

TEMPLATE_LIST_TEST_CASE("z_laws: N13 attention of prefill row i is that of decode step i, bit for bit", "[attention]",
                        policy::list) {
    INFO(TestType::name);
    index_t const length = 21;
    attention_call<float, float, causal> prefill(
        {.heads = 4, .kv_heads = 2, .queries = length, .keys = length, .dim = 9, .value_dim = 7});
    REQUIRE(prefill.run(seeded<TestType>()) == errc::ok);
    for (index_t step = 0; step < length; ++step) {
        INFO(step);
        attention_call<float, float, causal> decode(
            {.heads = 4, .kv_heads = 2, .queries = 1, .keys = step + 1, .dim = 9, .value_dim = 7});
        for_each_index({1, 4, 1, 9}, [&](auto, index_t h, auto, index_t d) {
            decode.query.view()(0, h, 0, d) = prefill.query.view()(0, h, step, d);
        });
        for_each_index({1, 2, step + 1, 9}, [&](auto... i) { decode.key.view()(i...) = prefill.key.view()(i...); });
        for_each_index({1, 2, step + 1, 7}, [&](auto... i) { decode.value.view()(i...) = prefill.value.view()(i...); });
        REQUIRE(decode.run(seeded<TestType>()) == errc::ok);
        CHECK(bit_difference(decode.pattern.view(), part(prefill.pattern, 0, step, 1, 0, step + 1).view()) == "");
        CHECK(bit_difference(decode.z.view(), part(prefill.z, 0, step, 1, 0, 7).view()) == "");
    }
}

TEMPLATE_LIST_TEST_CASE("z_laws: attention of a padded batch is that of its sequences, bit for bit", "[attention]",
                        policy::list) {
    INFO(TestType::name);
    sizes const n{.batches = 3, .heads = 4, .kv_heads = 2, .queries = 13, .keys = 13, .dim = 9, .value_dim = 7};
    attention_call<float, float, padding<causal>> batch(n);   // padded left, right and on both sides
    REQUIRE(batch.run(seeded<TestType>()) == errc::ok);
    for (index_t b = 0; b < 3; ++b) {
        INFO(b);
        auto const [begin, end] = valid_cells(3, 13)[static_cast<std::size_t>(b)];
        index_t const length = end - begin;
        attention_call<float, float, causal> single(
            {.heads = 4, .kv_heads = 2, .queries = length, .keys = length, .dim = 9, .value_dim = 7});
        single.samples = {batch.samples[static_cast<std::size_t>(b)]};
        single.scale = batch.scale;
        single.query = part(batch.query, b, begin, length, 0, 9);
        single.key = part(batch.key, b, begin, length, 0, 9);
        single.value = part(batch.value, b, begin, length, 0, 7);
        REQUIRE(single.run(seeded<TestType>()) == errc::ok);
        CHECK(bit_difference(single.pattern.view(), part(batch.pattern, b, begin, length, begin, length).view()) == "");
        CHECK(bit_difference(single.z.view(), part(batch.z, b, begin, length, 0, 7).view()) == "");
    }
}
