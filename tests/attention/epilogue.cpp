// SPDX-License-Identifier: MIT
#include <causalmm/attention/epilogue.hpp>

#include <bit>
#include <vector>

#include <causalmm/attention/value_sum.hpp>
#include <causalmm/backend/threads.hpp>

#include "catch.hpp"
#include "support/streaming.hpp"

using causalmm::bf16;
using causalmm::errc;
using causalmm::status;
using causalmm::attention::epilogue;
using causalmm::attention::kernel_outputs;
using causalmm::backend::serial;
using namespace support;   // NOLINT: helpers of the tests

using affine_policies = decltype(of_kind<is_affine>(policy::list{}));

namespace {

template <class T, std::size_t Rank>
tensor_view<T const, Rank> read_only(tensor_view<T, Rank> const& view) {
    return view;
}

/// A call whose factual z and statistics stand for those of another engine's kernel.
template <class Cache, class Visibility>
struct kernel : streaming_call<float, Cache, Visibility> {
    explicit kernel(sizes const& n, layout how = layout::contiguous)
        : streaming_call<float, Cache, Visibility>(n, how) {
        REQUIRE(this->stream(policy::identity{}) == errc::ok);
    }
    kernel_outputs<Cache> outputs() {
        return {.z = read_only(this->factual.view()),
                .statistics = {read_only(rows_of(this->max_prob)), read_only(rows_of(this->lse))},
                .value = this->value.view()};
    }
    template <class Policy>
    status edited(Policy const& p, kernel_outputs<Cache> const& from, tensor_view<float, 4> const& to) {
        return epilogue(serial{}, edit{p, this->where, this->at()}, from, this->sights.policy(), to);
    }
    template <class Policy>
    status edited(Policy const& p) {
        return edited(p, outputs(), this->z.view());
    }
};

/// The epilogue beside the oracle, then in place.
template <class Cache, class Visibility, class Policy>
std::string compare(Policy const& p, sizes const& n, layout how = layout::contiguous, selected const& where = {}) {
    kernel<Cache, Visibility> call(n, how);
    call.where = where.where;
    oracle::setting s = call.setting();
    s.heads = where.heads;
    s.queries = where.queries;
    oracle::array4 const factual =
        oracle::pattern(dense(call.query.view()), dense(call.key.view()), static_cast<double>(call.scale), s);
    oracle::array4 const pattern = oracle::edited(p, factual, s);
    double const allowed = 2e-5 * heaviest(pattern);
    if (status const outcome = call.edited(p); !outcome) { return outcome.what; }
    std::string wrong = difference(call.z.view(), oracle::weighted(pattern, dense(call.value.view()), s), allowed);
    if (!wrong.empty()) { return wrong; }

    tensor<float> const apart = call.z;
    if (status const outcome = call.edited(p, call.outputs(), call.factual.view()); !outcome) { return outcome.what; }
    wrong = bit_difference(call.factual.view(), apart.view());
    return wrong.empty() ? "" : "in place " + wrong;
}

}   // namespace

TEMPLATE_LIST_TEST_CASE("epilogue: every affine policy and visibility, with grouped heads, also in place",
                        "[attention]", affine_policies) {
    INFO(TestType::name);
    causalmm::visibility::list::for_each([]<class Visibility>() {
        INFO(Visibility::name);
        for (sizes const& n :
             {sizes{.batches = 1, .queries = 1, .keys = 1, .dim = 1, .value_dim = 1},
              sizes{.batches = 4, .heads = 4, .kv_heads = 2, .queries = 5, .keys = 7, .dim = 7, .value_dim = 63},
              sizes{.batches = 4, .heads = 2, .kv_heads = 1, .queries = 33, .keys = 50, .dim = 8, .value_dim = 65},
              sizes{.batches = 2, .heads = 2, .kv_heads = 2, .queries = 1, .keys = 193, .dim = 8, .value_dim = 128}}) {
            CHECK(compare<float, Visibility>(TestType{}, n) == "");
        }
    });
}

TEST_CASE("epilogue: maps, selections, layouts and half precision", "[attention]") {
    sizes const n{.batches = 2, .heads = 4, .kv_heads = 2, .queries = 37, .keys = 40, .dim = 8, .value_dim = 70};
    auto const over = policy::scope::map;
    CHECK(compare<float, bidirectional>(policy::reversed{.over = over}, n) == "");
    CHECK(compare<float, causal>(policy::uniform{.over = over}, n) == "");
    CHECK(compare<bf16, padding<causal>>(policy::renormalized<policy::reversed>{.policy = {.over = over}}, n) == "");
    CHECK(compare<float, causal>(policy::reversed{}, n, layout::heads_inside) == "");
    CHECK(compare<bf16, causal>(policy::reversed{}, n, layout::rows_apart) == "");
    for (selected const& where : selections()) {
        if (!(where.where.keys == index_set{})) { continue; }
        INFO(where.name);
        CHECK(compare<float, padding<causal>>(policy::reversed{}, n, layout::contiguous, where) == "");
        CHECK(compare<float, causal>(policy::reversed{.over = over}, n, layout::contiguous, where) == "");
    }
}

TEST_CASE("epilogue: gives what streaming and materialized give", "[attention]") {
    sizes const n{.batches = 3, .heads = 4, .kv_heads = 2, .queries = 37, .keys = 40, .dim = 8, .value_dim = 70};
    kernel<float, padding<causal>> call(n);
    REQUIRE(call.edited(policy::reversed{}) == errc::ok);
    tensor<float> const behind = call.z;
    REQUIRE(call.stream(policy::reversed{}) == errc::ok);
    CHECK(difference(behind.view(), dense(call.z.view()), 2e-5 * 40) == "");
    REQUIRE(call.run(policy::reversed{}) == errc::ok);
    CHECK(difference(behind.view(), dense(call.z.view()), 2e-5 * 40) == "");
}

TEST_CASE("epilogue: a kept sum of all values gives the bits of adding them up; the lse may be missing",
          "[attention]") {
    kernel<bf16, bidirectional> call(
        {.batches = 2, .heads = 4, .kv_heads = 2, .queries = 1, .keys = 60, .dim = 8, .value_dim = 70});
    REQUIRE(call.edited(policy::reversed{}) == errc::ok);
    tensor<float> const added = call.z;
    std::vector<double> memory(2 * 2 * 70, 0.0);
    tensor_view<double, 3> const sum{memory.data(), {2, 2, 70}};
    REQUIRE(causalmm::attention::value_sum(serial{}, call.outputs().value, sum) == errc::ok);
    auto from = call.outputs();
    from.value_sum = sum;
    from.statistics.lse = {};
    REQUIRE(call.edited(policy::reversed{}, from, call.z.view()) == errc::ok);
    CHECK(call.z.same_bits(added));
    for (double& each : memory) { each += 1.0; }   // it is used: a wrong sum shows
    REQUIRE(call.edited(policy::reversed{}, from, call.z.view()) == errc::ok);
    CHECK_FALSE(call.z.same_bits(added));
}

TEST_CASE("epilogue: threads give the bits of one", "[attention]") {
    kernel<float, causal> call(
        {.batches = 2, .heads = 4, .kv_heads = 2, .queries = 9, .keys = 60, .dim = 8, .value_dim = 200});
    REQUIRE(call.edited(policy::reversed{}) == errc::ok);
    tensor<float> const one = call.z;
    fill(call.z.view(), 4, 0.0f, 1.0f);
    REQUIRE(epilogue(causalmm::backend::threads(3), edit{policy::reversed{}, region{}, call.at()}, call.outputs(),
                     call.sights.policy(), call.z.view()) == errc::ok);
    CHECK(call.z.same_bits(one));
}

TEST_CASE("epilogue: an edit elsewhere, and identity, copy z", "[attention]") {
    for (auto const over : {policy::scope::row, policy::scope::map}) {
        kernel<float, causal> call({.batches = 2, .heads = 2, .queries = 9, .keys = 9, .dim = 8, .value_dim = 70});
        call.where.layers = {{0, 3}};   // the call stands in layer 3
        REQUIRE(call.edited(policy::reversed{.over = over}) == errc::ok);
        CHECK(call.z.same_bits(call.factual));
        call.where = {};
        fill(call.z.view(), 4, 0.0f, 1.0f);
        REQUIRE(call.edited(policy::identity{}) == errc::ok);
        CHECK(call.z.same_bits(call.factual));
    }
}

TEST_CASE("epilogue: N06 a row whose max_prob is not finite is reported, kept, and changes no bit of another",
          "[attention]") {
    for (std::uint32_t const bad : {0x7fc00000u, 0x7f800000u}) {
        kernel<float, causal> call({.heads = 2, .kv_heads = 2, .queries = 9, .keys = 9, .dim = 8, .value_dim = 70});
        REQUIRE(call.edited(policy::reversed{}) == errc::ok);
        tensor<float> const clean = call.z;
        rows_of(call.max_prob)(0, 1, 4) = std::bit_cast<float>(bad);
        CHECK(call.edited(policy::reversed{}) == errc::non_finite_factual);
        int wrong = 0;
        for_each_index({1, 2, 9, 70}, [&](index_t b, index_t h, index_t q, index_t d) {
            float const expected = (h == 1 && q == 4 ? call.factual : clean).view()(b, h, q, d);
            wrong += same_bits(call.z.view()(b, h, q, d), expected) ? 0 : 1;
        });
        CHECK(wrong == 0);
        CHECK(call.edited(policy::uniform{.over = policy::scope::map}) == errc::non_finite_factual);
        CHECK(causalmm::is_finite(call.z.view()(0, 1, 8, 69)));
    }
}

TEST_CASE("epilogue: N03 masked values change no bit", "[attention]") {
    kernel<float, causal> call({.heads = 2, .kv_heads = 2, .queries = 20, .keys = 20, .dim = 8, .value_dim = 7});
    REQUIRE(call.edited(policy::reversed{}) == errc::ok);
    tensor<float> const clean = call.z;
    call.value.view()(0, 1, 13, 2) = std::bit_cast<float>(0x7fc00000u);
    REQUIRE(call.edited(policy::reversed{}) == errc::ok);
    int wrong = 0;
    for_each_index({1, 2, 20, 7}, [&](index_t b, index_t h, index_t q, index_t d) {
        bool const reached = h == 1 && q >= 13 && d == 2;
        wrong += reached || same_bits(call.z.view()(b, h, q, d), clean.view()(b, h, q, d)) ? 0 : 1;
    });
    CHECK(wrong == 0);
}

TEST_CASE("epilogue: what does not fit is refused, z untouched", "[attention]") {
    kernel<float, causal> call(
        {.batches = 2, .heads = 4, .kv_heads = 2, .queries = 3, .keys = 5, .dim = 8, .value_dim = 6});
    auto const before = call.z;
    auto const z = call.z.view();
    policy::reversed const p{};
    auto const good = call.outputs();
    auto const with = [&](auto change) {
        auto from = good;
        change(from);
        return call.edited(p, from, z);
    };
    using outputs = kernel_outputs<float>;
    using view4 = tensor_view<float const, 4>;
    using view3 = tensor_view<float const, 3>;
    std::vector<double> sums(100, 0.0);
    CHECK(with([](outputs& o) { o.z = view4::invalid(); }) == errc::shape_mismatch);
    CHECK(with([](outputs& o) { o.value = view4::invalid(); }) == errc::shape_mismatch);
    CHECK(with([](outputs& o) { o.z.extents[2] = 2; }) == errc::shape_mismatch);
    CHECK(with([](outputs& o) { o.value.extents[0] = 1; }) == errc::shape_mismatch);
    CHECK(with([](outputs& o) { o.value.extents[1] = 3; }) == errc::shape_mismatch);
    CHECK(with([](outputs& o) { o.value.extents[1] = 0; }) == errc::shape_mismatch);
    CHECK(with([](outputs& o) { o.value.extents[3] = 5; }) == errc::shape_mismatch);
    CHECK(with([](outputs& o) { o.statistics.max_prob = view3{}; }) == errc::shape_mismatch);
    CHECK(with([](outputs& o) { o.statistics.max_prob.extents[1] = 3; }) == errc::shape_mismatch);
    CHECK(with([](outputs& o) { o.statistics.lse.extents[2] = 2; }) == errc::shape_mismatch);
    CHECK(with([&](outputs& o) { o.value_sum = {sums.data(), {2, 4, 6}}; }) == errc::shape_mismatch);
    CHECK(with([](outputs& o) { o.z.strides[3] = 2; }) == errc::unsupported);
    CHECK(with([](outputs& o) { o.value.strides[3] = 2; }) == errc::unsupported);
    CHECK(with([&](outputs& o) { o.value_sum = {sums.data(), {2, 2, 6}, {24, 12, 2}}; }) == errc::unsupported);
    tensor_view<float, 4> stepped = z;
    stepped.strides[3] = 2;
    CHECK(call.edited(p, good, stepped) == errc::unsupported);
    stepped = z;
    stepped.strides[2] = 0;
    CHECK(call.edited(p, good, stepped) == errc::unsupported);
    CHECK(call.edited(p, good, tensor_view<float, 4>::invalid()) == errc::shape_mismatch);

    call.where.keys = {{0, 3}};
    CHECK(call.edited(p) == errc::unsupported);
    call.where.keys = {{3, 1}};
    CHECK(call.edited(p) == errc::bad_parameter);
    call.where = {};
    CHECK(epilogue(serial{}, edit{p, region{}, call.at()}, good, causal{.offset = -1}, z) == errc::bad_parameter);
    CHECK(epilogue(serial{}, edit{p, region{}, call.at()}, good, padding<>{}, z) == errc::shape_mismatch);
    call.samples = {1};
    CHECK(call.edited(p) == errc::shape_mismatch);
    CHECK(call.z.same_bits(before));
}

TEST_CASE("epilogue: N17 no batch, head or query is nothing to do; no key leaves z as it is", "[attention]") {
    for (sizes const& n : {sizes{.batches = 0, .queries = 3, .keys = 5, .dim = 8, .value_dim = 6},
                           sizes{.heads = 0, .kv_heads = 0, .queries = 3, .keys = 5, .dim = 8, .value_dim = 6},
                           sizes{.queries = 0, .keys = 5, .dim = 8, .value_dim = 6},
                           sizes{.queries = 3, .keys = 5, .dim = 8, .value_dim = 0}}) {
        kernel<float, causal> call(n);
        CHECK(call.edited(policy::reversed{}) == errc::ok);
    }
    kernel<float, bidirectional> call({.queries = 3, .keys = 0, .dim = 8, .value_dim = 100});
    auto from = call.outputs();
    from.value.data = nullptr;
    REQUIRE(call.edited(policy::reversed{}, from, call.z.view()) == errc::ok);
    CHECK(call.z.same_bits(call.factual));
    REQUIRE(call.edited(policy::uniform{.over = policy::scope::map}, from, call.z.view()) == errc::ok);
    CHECK(call.z.same_bits(call.factual));
}
