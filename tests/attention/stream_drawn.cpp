// SPDX-License-Identifier: MIT
#include <causalmm/attention/stream_drawn.hpp>

#include <limits>

#include <causalmm/intervention/random.hpp>
#include <causalmm/intervention/renormalized.hpp>

#include "catch.hpp"
#include "support/streaming.hpp"

using causalmm::errc;
using namespace support;   // NOLINT: helpers of the tests

static_assert(policy::drawn_policy<policy::random>);
static_assert(policy::drawn_policy<policy::renormalized<policy::random>>);
static_assert(!policy::drawn_policy<policy::reversed>);
static_assert(!policy::drawn_policy<policy::shuffled>);

namespace {

using normalized = policy::renormalized<policy::random>;

template <class T>
void flood(tensor<T>& t, float x) {
    auto const view = t.view();
    for_each_index(view.extents,
                   [&](index_t a, index_t b, index_t c, index_t d) { view(a, b, c, d) = static_cast<T>(x); });
}

}   // namespace

TEST_CASE("stream_drawn: neither queries nor keys are read, in blocks and in single rows", "[attention]") {
    for (index_t const queries : {1, 3, 40, 65}) {
        INFO("queries " << queries);
        streaming_call<float, float, padding<causal>> call({.batches = 2,
                                                            .heads = 4,
                                                            .kv_heads = 2,
                                                            .queries = queries,
                                                            .keys = queries + 70,
                                                            .dim = 9,
                                                            .value_dim = 11});
        REQUIRE(call.stream(normalized{{.seed = 3}}, call.z_only()) == errc::ok);
        tensor<float> const wanted = call.z;
        flood(call.query, std::numeric_limits<float>::quiet_NaN());
        flood(call.key, std::numeric_limits<float>::infinity());
        REQUIRE(call.stream(normalized{{.seed = 3}}, call.z_only()) == errc::ok);
        CHECK(call.z.same_bits(wanted));
        CHECK(call.stream(normalized{{.seed = 3}}) ==
              errc::non_finite_factual);   // who asks for factual rows reads them
    }
}

TEST_CASE("stream_drawn: weights that are all 0 become uniform when the mass comes back, and z = 0 when not",
          "[attention]") {
    for (index_t const queries : {1, 40}) {
        streaming_call<float, float, causal> call({.batches = 1,
                                                   .heads = 2,
                                                   .kv_heads = 1,
                                                   .queries = queries,
                                                   .keys = queries + 5,
                                                   .dim = 4,
                                                   .value_dim = 6});
        REQUIRE(call.stream(policy::uniform{}, call.z_only()) == errc::ok);
        oracle::array4 const uniform = dense(call.z.view());
        REQUIRE(call.stream(normalized{{.seed = 1, .scale = 0.0f}}, call.z_only()) == errc::ok);
        CHECK(difference(call.z.view(), uniform, 1e-5) == "");
        REQUIRE(call.stream(policy::random{.seed = 1, .scale = 0.0f}, call.z_only()) == errc::ok);
        CHECK(difference(call.z.view(), oracle::array4{1, 2, queries, 6}, 0.0) == "");
    }
}
