// SPDX-License-Identifier: MIT
#include <causalmm/attention/intervene.hpp>

#include <algorithm>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "support/intervening.hpp"

using causalmm::bf16;
using causalmm::errc;
using causalmm::f16;
using causalmm::status;
using causalmm::backend::serial;
using namespace support;   // NOLINT: helpers of the tests

namespace {

using drawn = policy::random;
using mixed = policy::chain<policy::shuffled, policy::renormalized<policy::reversed>>;

/// A policy from outside the library that looks at positions and statistics.
struct tilted {
    static constexpr std::string_view name = "tilted";
    status check() const noexcept { return {}; }
    auto weight(causalmm::row_stats const& row, causalmm::site const& where) const noexcept {
        auto const lift = static_cast<float>(where.query + 10 * where.head);
        return [lift, top = row.max_prob](index_t key, float w) noexcept {
            return w + top * (lift + static_cast<float>(key));
        };
    }
};

/// A backend that counts what it is asked for.
struct counting {
    static constexpr std::string_view name = "counting";
    index_t* tasks;
    template <class Task>
    void for_each_index(index_t count, Task const& task) const noexcept {
        *tasks += count;
        for (index_t i = count; i-- > 0;) { task(i); }
    }
};

template <class Policy>
status apply(Policy const& p, tensor<float>& t) {
    return intervene(serial{}, edit{p}, t.view(), bidirectional{});
}

}   // namespace

TEMPLATE_LIST_TEST_CASE(
    "intervene: N09 N10 N74 every policy, visibility, shape, layout and selection as the oracle has it", "[attention]",
    policy::pattern_list) {
    INFO(TestType::name);
    static_assert(policy::score_policy<TestType> || oracle::known<TestType>,
                  "a new policy's formula belongs into tests/support/oracle.hpp");
    causalmm::visibility::list::for_each([]<class Visibility>() {
        INFO(Visibility::name);
        for (shape4 const& shape : shapes()) {
            for (layout const how : every_layout) {
                for (selected const& where : selections()) {
                    INFO(shape[0] << "x" << shape[1] << "x" << shape[2] << "x" << shape[3] << ", layout " << int(how)
                                  << ", " << where.name);
                    CHECK(run_and_compare<float, Visibility>(seeded<TestType>(), shape, how, where) == "");
                }
            }
        }
    });
}

TEMPLATE_LIST_TEST_CASE("intervene: N70 double, f16 and bf16 patterns within their own rounding", "[attention]",
                        policy::pattern_list) {
    INFO(TestType::name);
    causalmm::type_list<double, f16, bf16>::for_each([]<class T>() {
        INFO("bytes " << sizeof(T) << ", roundoff " << unit_roundoff<T>);
        for (layout const how : {layout::contiguous, layout::inner_step_two}) {
            for (selected const& where : selections()) {
                INFO(where.name);
                CHECK(run_and_compare<T, padding<causal>>(seeded<TestType>(), {4, 3, 5, 7}, how, where) == "");
                CHECK(run_and_compare<T, padding<causal>>(seeded<TestType>(), {2, 1, 17, 33}, how, where) == "");
            }
        }
    });
}

TEST_CASE("intervene: a chain sees the pattern that the policy before it left", "[attention]") {
    for (selected const& where : selections()) {
        INFO(where.name);
        CHECK(run_and_compare<float, padding<causal>>(
                  mixed{.policies = {policy::shuffled{.seed = 4}, policy::renormalized<policy::reversed>{}}},
                  {4, 3, 5, 7}, layout::contiguous, where) == "");
        CHECK(
            run_and_compare<float, bidirectional>(policy::chain<policy::reversed, policy::uniform, policy::identity>{},
                                                  {2, 3, 5, 17}, layout::keys_outside, where) == "");
    }
}

TEST_CASE("intervene: a policy from outside the library gets positions and the row's statistics", "[attention]") {
    std::array<key_range, 1> const valid{{{2, 6}}};
    tensor<float> t({1, 2, 6, 6});
    fill(t.view(), 3, 0.1f, 0.9f);
    tensor<float> const before = t;
    REQUIRE(intervene(serial{}, edit{tilted{}}, t.view(), padding<causal>{.valid = valid, .inner = {}}) == errc::ok);
    for_each_index({1, 2, 6, 6}, [&](index_t b, index_t h, index_t q, index_t k) {
        float expected = before.view()(b, h, q, k);
        if (k >= 2 && k <= q) {
            float top = 0.0f;
            for (index_t i = 2; i <= q; ++i) { top = std::max(top, before.view()(b, h, q, i)); }
            expected += top * static_cast<float>((q - 2) + 10 * h + (k - 2));
        }
        CHECK(t.view()(b, h, q, k) == Approx(expected).epsilon(1e-6));
    });
}

TEST_CASE("intervene: random weights scale, whatever the visibility", "[attention]") {
    drawn const doubled{.seed = 21, .scale = 2.0f};
    for (selected const& where : selections()) {
        CHECK(run_and_compare<float, causal>(doubled, {4, 3, 5, 7}, layout::contiguous, where) == "");
        CHECK(run_and_compare<float, padding<>>(doubled, {2, 1, 17, 33}, layout::rows_apart, where) == "");
    }
}

TEST_CASE("intervene: identity keeps every bit of every element type", "[attention]") {
    causalmm::type_list<float, double, f16, bf16>::for_each([]<class T>() {
        tensor<T> t({2, 2, 5, 9});
        fill(t.view(), 1, 0.0f, 1e-5f);
        t.view()(0, 1, 2, 3) = static_cast<T>(-0.0f);
        tensor<T> const before = t;
        REQUIRE(intervene(serial{}, edit{policy::identity{}}, t.view(), causal{}) == errc::ok);
        CHECK(t.same_bits(before));
        REQUIRE(intervene(serial{}, edit{policy::chain<policy::identity, policy::identity>{}}, t.view(), causal{}) ==
                errc::ok);
        CHECK(t.same_bits(before));
    });
    tensor<double> fine({1, 1, 1, 2});
    fine.view()(0, 0, 0, 0) = 0.1;   // no float
    REQUIRE(intervene(serial{}, edit{policy::identity{}}, fine.view(), bidirectional{}) == errc::ok);
    CHECK(fine.view()(0, 0, 0, 0) == 0.1);
}

TEST_CASE("intervene: one map, or the maps of one sequence, are a batch of one", "[attention]") {
    tensor<float> t = stochastic({1, 3, 5, 9});
    tensor<float> expected = t;
    REQUIRE(intervene(serial{}, edit{drawn{.seed = 2}}, expected.view(), causal{.offset = 4}) == errc::ok);
    tensor<float> heads = t;
    REQUIRE(intervene(serial{}, edit{drawn{.seed = 2}}, heads.view().slice(0), causal{.offset = 4}) == errc::ok);
    CHECK(heads.same_bits(expected));
    REQUIRE(intervene(serial{}, edit{drawn{.seed = 2}}, t.view().slice(0, 0), causal{.offset = 4}) == errc::ok);
    for_each_index({1, 1, 5, 9}, [&](auto... i) { CHECK(t.view()(i...) == expected.view()(i...)); });
}

TEMPLATE_LIST_TEST_CASE("intervene: N03 what masked entries hold changes no bit", "[attention]", policy::pattern_list) {
    INFO(TestType::name);
    std::array<key_range, 2> const valid{{{3, 20}, {0, 11}}};
    padding<causal> const seen{.valid = valid, .inner = {}};
    auto const visible = [&](index_t b, index_t q, index_t k) {
        return seen.keys(b, q, 20).begin <= k && k < seen.keys(b, q, 20).end;
    };
    tensor<float> clean({2, 2, 20, 20});
    fill_pattern(clean.view(), 8, visible, 0.0f);
    REQUIRE(intervene(serial{}, edit{seeded<TestType>()}, clean.view(), seen) == errc::ok);
    for (float const junk :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -1e30f, -0.0f}) {
        tensor<float> dirty({2, 2, 20, 20});
        fill_pattern(dirty.view(), 8, visible, junk);
        REQUIRE(intervene(serial{}, edit{seeded<TestType>()}, dirty.view(), seen) == errc::ok);
        for_each_index({2, 2, 20, 20}, [&](index_t b, index_t h, index_t q, index_t k) {
            float const expected = visible(b, q, k) ? clean.view()(b, h, q, k) : junk;
            if (!support::same_bits(dirty.view()(b, h, q, k), expected)) {
                FAIL_CHECK(b << ' ' << h << ' ' << q << ' ' << k);
            }
        });
    }
}

TEMPLATE_LIST_TEST_CASE("intervene: N06 a bad row is reported, kept as it is, and changes no other row", "[attention]",
                        policy::pattern_list) {
    INFO(TestType::name);
    for (float const bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity()}) {
        tensor<float> clean = stochastic({2, 2, 5, 19});
        tensor<float> dirty = clean;
        dirty.view()(1, 0, 3, 7) = bad;
        tensor<float> const before = dirty;
        REQUIRE(apply(seeded<TestType>(), clean) == errc::ok);
        CHECK(apply(seeded<TestType>(), dirty) == errc::non_finite_factual);
        for_each_index({2, 2, 5, 19}, [&](index_t b, index_t h, index_t q, index_t k) {
            bool const row = b == 1 && h == 0 && q == 3;
            float const expected = row ? before.view()(b, h, q, k) : clean.view()(b, h, q, k);
            if (!support::same_bits(dirty.view()(b, h, q, k), expected)) {
                FAIL_CHECK(b << ' ' << h << ' ' << q << ' ' << k);
            }
        });
    }
}

TEST_CASE("intervene: N15 N74 what does not fit is refused, the pattern untouched", "[attention]") {
    tensor<float> t = stochastic({2, 1, 3, 5});
    tensor<float> const before = t;
    std::array<std::uint64_t, 3> const samples{1, 2, 3};
    std::array<key_range, 3> const three{{{0, 5}, {0, 5}, {0, 5}}};
    std::array<key_range, 2> const wide{{{0, 5}, {0, 6}}};
    region const bad{.keys = {{4, 2}}};
    region crowded{.keys = index_set::none()};
    for (index_t i = 0; i < 9; ++i) { crowded.keys.insert({2 * i, 2 * i + 1}); }
    auto const call = [&](auto const& e, auto const& seen) { return intervene(serial{}, e, t.view(), seen); };
    CHECK(call(edit{drawn{.scale = -1.0f}}, bidirectional{}) == errc::bad_parameter);
    CHECK(call(edit{policy::uniform{}, bad}, bidirectional{}) == errc::bad_parameter);
    CHECK(call(edit{policy::uniform{}, crowded}, bidirectional{}) == errc::out_of_capacity);
    CHECK(call(edit{policy::uniform{}}, causal{.offset = -1}) == errc::bad_parameter);
    CHECK(call(edit{policy::uniform{}}, padding<>{.valid = three, .inner = {}}) == errc::shape_mismatch);
    CHECK(call(edit{policy::uniform{}}, padding<>{.valid = wide, .inner = {}}) == errc::bad_parameter);
    CHECK(call(edit{policy::uniform{}, region{}, place{.samples = samples}}, bidirectional{}) == errc::shape_mismatch);
    tensor_view<float, 4> const shared{
        t.view().data, {2, 1, 3, 5}, {0, 5, 5, 1}};   // N74: both batch rows in one memory
    CHECK(intervene(serial{}, edit{policy::uniform{}}, shared, bidirectional{}) == errc::unsupported);
    CHECK(t.same_bits(before));
}

TEST_CASE("intervene: N17 empty extents and edits elsewhere ask the backend for nothing", "[attention]") {
    index_t tasks = 0;
    for (shape4 const& shape : {shape4{0, 2, 3, 4}, shape4{2, 0, 3, 4}, shape4{2, 2, 0, 4}, shape4{2, 2, 3, 0}}) {
        tensor_view<float, 4> const empty{nullptr, shape};
        CHECK(intervene(counting{&tasks}, edit{policy::uniform{}}, empty, causal{}) == errc::ok);
        CHECK(intervene(counting{&tasks}, edit{policy::shuffled{.over = policy::scope::map}}, empty, bidirectional{}) ==
              errc::ok);
    }
    tensor<float> t = stochastic({1, 2, 3, 4});
    tensor<float> const before = t;
    place const vision{.tower = causalmm::tower::vision, .layer = 5, .step = 1};
    for (region const& elsewhere :
         {region{.towers = {.vision = false}}, region{.layers = {{0, 5}}}, region{.steps = {{0, 1}}}}) {
        CHECK(intervene(counting{&tasks}, edit{policy::uniform{}, elsewhere, vision}, t.view(), bidirectional{}) ==
              errc::ok);
    }
    CHECK(tasks == 0);
    CHECK(t.same_bits(before));
    REQUIRE(intervene(counting{&tasks}, edit{policy::uniform{}, region{}, vision}, t.view(), bidirectional{}) ==
            errc::ok);
    CHECK(tasks > 0);
}

TEST_CASE("intervene: memory that is no such tensor and a bad policy are refused, even if nothing is there",
          "[attention]") {
    using view = causalmm::tensor_view<float, 4>;
    auto const refusal = [](auto const& policy, view const& pattern) {
        return causalmm::attention::intervene(serial{}, causalmm::attention::edit{policy}, pattern,
                                              causalmm::visibility::bidirectional{});
    };
    CHECK(refusal(policy::uniform{}, view::invalid()) == errc::shape_mismatch);
    CHECK(refusal(policy::uniform{}, view{nullptr, {1, 0, 3, 3}}) == errc::ok);
    CHECK(refusal(policy::random{.scale = -1.0f}, view{nullptr, {1, 0, 3, 3}}) == errc::bad_parameter);
}
