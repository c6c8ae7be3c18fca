// SPDX-License-Identifier: MIT
// What attention::streaming does to memory: nothing beyond its tensors, at any alignment, and no allocation. N74 to N82.
#include <causalmm/attention/streaming.hpp>

#include <atomic>
#include <cstdlib>
#include <new>
#include <span>
#include <tuple>
#include <vector>

#include <causalmm/attention/epilogue.hpp>
#include <causalmm/attention/value_sum.hpp>

#include "catch.hpp"
#include "support/guarded.hpp"
#include "support/streaming.hpp"

using causalmm::bf16;
using causalmm::errc;
using causalmm::f16;
using causalmm::attention::inputs;
using causalmm::backend::serial;
using namespace support;   // NOLINT: helpers of the tests

namespace {

std::atomic<long> allocations{0};

void* counted(std::size_t size) noexcept {
    allocations.fetch_add(1);
    return std::malloc(size > 0 ? size : 1);
}
void* counted_or_thrown(std::size_t size) {
    if (void* const memory = counted(size)) { return memory; }
    throw std::bad_alloc{};
}

}   // namespace

// Of the whole program. All forms but the aligned ones, since a sanitizer's own would not match these.
void* operator new(std::size_t size) { return counted_or_thrown(size); }
void* operator new[](std::size_t size) { return counted_or_thrown(size); }
void* operator new(std::size_t size, std::nothrow_t const&) noexcept { return counted(size); }
void* operator new[](std::size_t size, std::nothrow_t const&) noexcept { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::nothrow_t const&) noexcept { std::free(memory); }
void operator delete[](void* memory, std::nothrow_t const&) noexcept { std::free(memory); }

namespace {

/// One of each verb.
using policies = std::tuple<policy::reversed, policy::random, policy::shuffled, leaning>;

/// The tensors of a call, each between two pages that nobody may touch, and inputs that nobody may write.
template <class Query, class Cache, class Policy>
causalmm::status stream_guarded(Policy const& p, sizes const& n, touching where, std::size_t skew = 0) {
    auto const count = [](shape4 const& e) { return static_cast<std::size_t>(e[0] * e[1] * e[2] * e[3]); };
    shape4 const rows{n.batches, n.heads, n.queries, 1};
    shape4 const query{n.batches, n.heads, n.queries, n.dim}, key{n.batches, n.kv_heads, n.keys, n.dim};
    shape4 const value{n.batches, n.kv_heads, n.keys, n.value_dim}, z{n.batches, n.heads, n.queries, n.value_dim};
    guarded<Query> const queries(count(query) + skew, where);
    guarded<Cache> const keys(count(key) + skew, where), values(count(value) + skew, where);
    guarded<float> const edited(count(z) + skew, where), factual(count(z) + skew, where);
    guarded<float> const max_prob(count(rows) + skew, where), lse(count(rows) + skew, where);
    auto const at = [where, skew](auto const& memory) {
        return memory.data() + (where == touching::the_page_before ? skew : 0);
    };
    fill(tensor_view<Query, 4>{at(queries), query}, 1, -2.0f, 2.0f);
    fill(tensor_view<Cache, 4>{at(keys), key}, 2, -2.0f, 2.0f);
    fill(tensor_view<Cache, 4>{at(values), value}, 3, -1.0f, 1.0f);
    queries.forbid_writing();
    keys.forbid_writing();
    values.forbid_writing();
    inputs<Query, Cache> const in{{at(queries), query}, {at(keys), key}, {at(values), value}, 0.5f};
    std::size_t const bytes = workspace_bytes(p, in);
    guarded<std::byte> const workspace(bytes + skew, where);
    scene<causal> const sights(n.batches, n.queries, n.keys);
    std::array<index_t, 3> const stats{n.batches, n.heads, n.queries};
    return streaming(
        serial{}, edit{p, region{}, place{.first_query = sights.first_query()}}, in, sights.policy(),
        {.z = {at(edited), z}, .factual = {at(factual), z}, .statistics = {{at(max_prob), stats}, {at(lse), stats}}},
        std::span{at(workspace), bytes});
}

}   // namespace

TEMPLATE_LIST_TEST_CASE("streaming_memory: N76 N77 no byte beside a tensor is touched, none of an input written",
                        "[attention]", policies) {
    INFO(TestType::name);
    for (touching const where : {touching::the_page_behind, touching::the_page_before}) {
        for (index_t const queries : {1, 2, 15, 32, 33}) {
            for (index_t const keys : {1, 7, 96, 101}) {
                for (index_t const dim : {1, 7, 17, 40}) {
                    sizes const n{.heads = 2, .queries = queries, .keys = keys, .dim = dim, .value_dim = 41 - dim};
                    REQUIRE(stream_guarded<float, float>(TestType{}, n, where) == errc::ok);
                }
            }
        }
    }
}

TEST_CASE("streaming_memory: N76 the same of other element types", "[attention]") {
    for (index_t const queries : {1, 33}) {
        for (index_t const dim : {1, 7, 17, 40}) {
            sizes const n{.heads = 2, .queries = queries, .keys = 101, .dim = dim, .value_dim = 41 - dim};
            CHECK(stream_guarded<float, f16>(policy::reversed{}, n, touching::the_page_behind) == errc::ok);
            CHECK(stream_guarded<bf16, bf16>(policy::reversed{}, n, touching::the_page_behind) == errc::ok);
            CHECK(stream_guarded<double, double>(policy::reversed{}, n, touching::the_page_behind) == errc::ok);
        }
    }
}

TEMPLATE_LIST_TEST_CASE("streaming_memory: N75 tensors one element, workspaces one byte off any alignment",
                        "[attention]", policies) {
    INFO(TestType::name);
    for (index_t const queries : {1, 33}) {
        sizes const n{.heads = 2, .queries = queries, .keys = 101, .dim = 40, .value_dim = 24};
        for (std::size_t const skew : {1u, 2u, 3u, 5u}) {
            CHECK(stream_guarded<float, float>(TestType{}, n, touching::the_page_before, skew) == errc::ok);
        }
    }
}

TEST_CASE("streaming_memory: N75 shifted tensors give the bits of aligned ones", "[attention]") {
    sizes const n{.queries = 33, .keys = 101, .dim = 40, .value_dim = 24};
    streaming_call<float, float, causal> plain(n);
    REQUIRE(plain.stream(policy::reversed{}) == errc::ok);
    for (std::size_t const skew : {1u, 2u, 3u}) {
        streaming_call<float, float, causal> call(n);
        std::vector<float> query, key, value, z(skew + 33 * 24);
        std::vector<std::byte> workspace;
        auto const shifted = [skew](std::vector<float>& memory, tensor<float> const& from) {
            memory.assign(skew, 0.0f);
            memory.insert(memory.end(), from.memory().begin(), from.memory().end());
            return tensor_view<float const, 4>{memory.data() + skew, from.view().extents};
        };
        inputs<float> const in{shifted(query, call.query), shifted(key, call.key), shifted(value, call.value),
                               call.scale};
        std::size_t const bytes = workspace_bytes(policy::reversed{}, in);
        workspace.resize(bytes + skew);
        tensor_view<float, 4> const out{z.data() + skew, {1, 1, 33, 24}};
        REQUIRE(streaming(serial{}, edit{policy::reversed{}, region{}, call.at()}, in, call.sights.policy(), {.z = out},
                          std::span{workspace}.subspan(skew)) == errc::ok);
        CHECK(bit_difference(out, plain.z.view()) == "");
    }
}

TEMPLATE_LIST_TEST_CASE("streaming_memory: N82 no call allocates", "[attention]", policies) {
    INFO(TestType::name);
    for (index_t const queries : {1, 70}) {
        sizes const n{
            .batches = 2, .heads = 4, .kv_heads = 2, .queries = queries, .keys = 101, .dim = 16, .value_dim = 16};
        streaming_call<float, float, padding<causal>> call(n);
        call.workspace.resize(workspace_bytes(TestType{}, call.inputs()));
        edit const change{TestType{}, region{}, call.at()};
        auto const in = call.inputs();
        auto const seen = call.sights.policy();
        streams const out = call.everything();
        long const before = allocations.load();
        auto const outcome = streaming(serial{}, change, in, seen, out, call.workspace);
        CHECK(allocations.load() == before);
        CHECK(outcome == errc::ok);
    }
}

TEST_CASE("streaming_memory: N82 neither does the closed form behind another kernel, nor a kept sum", "[attention]") {
    sizes const n{.batches = 2, .heads = 4, .kv_heads = 2, .queries = 1, .keys = 101, .dim = 16, .value_dim = 70};
    streaming_call<float, bf16, bidirectional> call(n);
    REQUIRE(call.stream(policy::identity{}) == errc::ok);
    std::vector<double> memory(2 * 2 * 70);
    causalmm::tensor_view<double, 3> const sum{memory.data(), {2, 2, 70}};
    causalmm::tensor_view<bf16 const, 4> const value = call.value.view();
    causalmm::attention::kernel_outputs<bf16> const kernel{.z = call.factual.view(),
                                                           .statistics = {rows_of(call.max_prob), rows_of(call.lse)},
                                                           .value = value,
                                                           .value_sum = sum};
    edit const change{policy::renormalized<policy::reversed>{}, region{}, call.at()};
    auto const z = call.z.view();
    long const before = allocations.load();
    auto const added = causalmm::attention::value_sum(serial{}, value, sum);
    auto const edited = causalmm::attention::epilogue(serial{}, change, kernel, bidirectional{}, z);
    CHECK(allocations.load() == before);
    CHECK(added == errc::ok);
    CHECK(edited == errc::ok);
}

TEST_CASE("streaming_memory: N81 caches whose offsets do not fit 32 bits", "[attention]") {
    index_t const apart = (index_t{1} << 31) + 64;   // elements from key to key
    guarded<f16> const memory(static_cast<std::size_t>(2 * apart + 8));
    tensor_view<f16, 4> const far{memory.data(), {1, 1, 3, 8}, {0, 0, apart, 1}};
    fill(far, 2, -2.0f, 2.0f);
    for (index_t const queries : {1, 9}) {
        streaming_call<float, f16, bidirectional> plain({.queries = queries, .keys = 3, .dim = 8, .value_dim = 8});
        for_each_index({1, 1, 3, 8}, [&](auto... i) { plain.key.view()(i...) = plain.value.view()(i...) = far(i...); });
        REQUIRE(plain.stream(policy::reversed{}) == errc::ok);
        tensor<float> z({1, 1, queries, 8});
        inputs<float, f16> const in{plain.query.view(), far, far, plain.scale};
        REQUIRE(streaming(serial{}, edit{policy::reversed{}, region{}, plain.at()}, in, bidirectional{},
                          {.z = z.view()}, plain.workspace) == errc::ok);
        CHECK(z.same_bits(plain.z));
    }
}
