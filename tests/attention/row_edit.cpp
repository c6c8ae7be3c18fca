// SPDX-License-Identifier: MIT
#include <causalmm/attention/row_edit.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include <causalmm/intervention.hpp>

#include "catch.hpp"
#include "support/tensor.hpp"

using causalmm::bf16;
using causalmm::f16;
using causalmm::index_t;
using causalmm::row_stats;
using causalmm::scalar;
using causalmm::attention::visible_keys;
using causalmm::intervention::affine_weight;
using causalmm::selection::index_set;
namespace detail = causalmm::attention::detail;
namespace policy = causalmm::intervention;

namespace {

std::vector<float> wavy(std::size_t count) {
    std::vector<float> row(count);
    support::numbers next{count};
    for (float& w : row) { w = next.in(0.0f, 1.0f); }
    return row;
}

/// The row of every second element of a longer one.
template <scalar T>
std::vector<T> spread(std::vector<T> const& row) {
    std::vector<T> wide(2 * row.size() + 1, static_cast<T>(-5.0f));
    for (std::size_t i = 0; i < row.size(); ++i) { wide[2 * i] = row[i]; }
    return wide;
}

template <scalar T>
detail::pattern_row<T, true> contiguous(std::vector<T>& row) {
    return {row.data(), 1};
}
template <scalar T>
detail::pattern_row<T, false> stepped(std::vector<T>& wide) {
    return {wide.data(), 2};
}

visible_keys all(index_t count) { return {{0, count}, 0, {}}; }

/// Multiplies each weight by its key's position: what `weight` policies may look at.
struct by_position {
    float operator()(index_t key, float w) const noexcept { return w * static_cast<float>(key); }
};

}   // namespace

TEST_CASE("row_edit: measures maximum, mass and mean of every size around a vector's width", "[attention]") {
    for (index_t const count : {1, 2, 15, 16, 17, 31, 32, 33, 97, 1025}) {
        std::vector<float> row = wavy(static_cast<std::size_t>(count));
        std::vector<float> wide = spread(row);
        double mass = 0.0;
        for (float const w : row) { mass += static_cast<double>(w); }
        row_stats const stats = detail::measure(contiguous(row), all(count));
        CHECK(stats.visible == count);
        CHECK(stats.max_prob == *std::max_element(row.begin(), row.end()));
        // A block is added up in the floats of a register's lanes: a few roundings of 2^-24, which mostly cancel.
        CHECK(stats.mass == Approx(mass).epsilon(0x1p-23));
        CHECK(stats.mean == Approx(mass / static_cast<double>(count)).epsilon(0x1p-23));
        row_stats const same = detail::measure(stepped(wide), all(count));
        CHECK(same.mass == stats.mass);   // bit for bit: strides change no result
        CHECK(same.max_prob == stats.max_prob);
    }
}

TEST_CASE("row_edit: measures nothing outside the keys", "[attention]") {
    std::vector<float> row{9.0f, 0.25f, std::numeric_limits<float>::quiet_NaN(), 0.5f,
                           std::numeric_limits<float>::infinity()};
    row_stats const stats = detail::measure(contiguous(row), {{0, 5}, 0, {{1, 2}, {3, 4}}});
    CHECK(stats.visible == 2);
    CHECK(stats.max_prob == 0.5f);
    CHECK(stats.mass == 0.75);
    row_stats const none = detail::measure(contiguous(row), {{0, 5}, 0, index_set::none()});
    CHECK(none.visible == 0);
    CHECK(none.mass == 0.0);
    CHECK(none.mean == 0.0);
}

TEMPLATE_TEST_CASE("row_edit: w' = a + b w in every element type, neighbours keep their bits", "[attention]", float,
                   double, f16, bf16) {
    std::vector<TestType> row;
    for (float const w : {0.5f, 0.25f, 0.125f, 1.0f, 0.0f}) { row.push_back(static_cast<TestType>(w)); }
    std::vector<TestType> wide = spread(row);
    visible_keys const keys{{1, 4}, 0, {}};
    detail::scale_add(contiguous(row), keys, {.a = 1.0f, .b = -0.5f});
    detail::scale_add(stepped(wide), keys, {.a = 1.0f, .b = -0.5f});
    std::vector<float> got, got_wide;
    for (TestType const w : row) { got.push_back(static_cast<float>(w)); }
    for (TestType const w : wide) { got_wide.push_back(static_cast<float>(w)); }
    CHECK(got == std::vector<float>{0.5f, 0.875f, 0.9375f, 0.5f, 0.0f});
    CHECK(got_wide == std::vector<float>{0.5f, -5, 0.875f, -5, 0.9375f, -5, 0.5f, -5, 0.0f, -5, -5});
}

TEST_CASE("row_edit: N71 the identity keeps minus zero, subnormals, even NaN", "[attention]") {
    std::vector<float> row{-0.0f, 1e-45f, std::bit_cast<float>(0x7f800001u), 0.1f};
    std::vector<float> const before = row;
    detail::scale_add(contiguous(row), all(4), {.a = 0.0f, .b = 1.0f});
    for (std::size_t i = 0; i < 4; ++i) { CHECK(support::same_bits(row[i], before[i])); }
}

TEST_CASE("row_edit: a weight closure sees positions, not cells", "[attention]") {
    std::vector<float> row(8, 1.0f);
    detail::replace(contiguous(row), {{3, 8}, 3, {{0, 2}, {4, 5}}}, by_position{});
    CHECK(row == std::vector<float>{1, 1, 1, 0, 1, 1, 1, 4});
}

TEST_CASE("row_edit: chunked draws equal single draws for any origin, segment and length", "[attention]") {
    policy::random const drawn{.seed = 3, .scale = 2.0f};
    auto const weigh = drawn.weight({}, {.head = 1});
    for (index_t const origin : {0, 1, 5, 63, 64, 70}) {
        for (index_t const length : {1, 15, 63, 64, 65, 130, 200}) {
            std::vector<float> row(static_cast<std::size_t>(origin + length), -1.0f);
            visible_keys const keys{{origin, origin + length}, origin, {{0, 10}, {30, 64}, {65, 129}, {150, 190}}};
            detail::replace(contiguous(row), keys, weigh);
            for (index_t cell = 0; cell < origin + length; ++cell) {
                index_t const position = cell - origin;
                bool const chosen =
                    position >= 0 && (position < 10 || (position >= 30 && position < 64) ||
                                      (position >= 65 && position < 129) || (position >= 150 && position < 190));
                INFO(origin << " + " << position << " of " << length);
                REQUIRE(row[static_cast<std::size_t>(cell)] == (chosen ? weigh(position, 0.0f) : -1.0f));
            }
        }
    }
}

TEST_CASE("row_edit: restoring scales to the mass, and shares it out where nothing is left", "[attention]") {
    std::vector<float> row{0.25f, 0.5f, 0.25f};
    detail::restore(contiguous(row), all(3), 2.0);
    CHECK(row == std::vector<float>{0.5f, 1.0f, 0.5f});
    std::vector<float> none(4, 0.0f);
    detail::restore(contiguous(none), all(4), 1.0);
    CHECK(none == std::vector<float>(4, 0.25f));
    std::vector<float> one{7.0f};
    detail::restore(contiguous(one), all(1), 1.0);
    CHECK(one[0] == 1.0f);
}

TEST_CASE("row_edit: restoring from weights near the smallest float stays finite", "[attention]") {
    std::vector<float> row{3e-45f, 1e-45f, 0.0f, 4e-45f};   // 2, 1, 0 and 3 of the smallest subnormal
    detail::restore(contiguous(row), all(4), 1.0);
    CHECK(static_cast<double>(row[0]) == Approx(2.0 / 6.0));
    CHECK(static_cast<double>(row[1]) == Approx(1.0 / 6.0));
    CHECK(row[2] == 0.0f);
    CHECK(static_cast<double>(row[3]) == Approx(3.0 / 6.0));
}

TEST_CASE("row_edit: N12 a permutation moves bits and nothing else", "[attention]") {
    for (index_t const count : {1, 2, 16, 17, 97}) {
        std::vector<float> row = wavy(static_cast<std::size_t>(count));
        row[0] = -0.0f;
        std::vector<float> sorted = row;
        std::vector<float> wide = spread(row);
        auto const swaps = policy::shuffled{.seed = 5}.swaps({});
        detail::permute(contiguous(row), all(count), swaps);
        detail::permute(stepped(wide), all(count), swaps);
        for (std::size_t i = 0; i < row.size(); ++i) { CHECK(support::same_bits(row[i], wide[2 * i])); }
        std::sort(row.begin(), row.end());
        std::sort(sorted.begin(), sorted.end());
        CHECK(row == sorted);
    }
}

TEMPLATE_LIST_TEST_CASE("row_edit: a row with NaN or infinity is reported and left alone", "[attention]",
                        policy::pattern_list) {
    INFO(TestType::name);
    for (float const bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity()}) {
        std::vector<float> row{0.25f, bad, 0.5f, 0.125f};
        std::vector<float> const before = row;
        visible_keys const keys = all(4);
        row_stats const stats = detail::measure(contiguous(row), keys);
        CHECK_FALSE(detail::edit_row(TestType{}, contiguous(row), keys, stats, {}));
        for (std::size_t i = 0; i < 4; ++i) { CHECK(support::same_bits(row[i], before[i])); }
    }
}

TEMPLATE_LIST_TEST_CASE("row_edit: N02 a single key survives every edit that keeps mass", "[attention]",
                        policy::pattern_list) {
    INFO(TestType::name);
    std::vector<float> row{1.0f};
    REQUIRE(detail::edit_row(TestType{}, contiguous(row), all(1), detail::measure(contiguous(row), all(1)), {}));
    if (std::is_same_v<TestType, policy::reversed>) {
        CHECK(row[0] == 0.0f);
    } else if (std::is_same_v<TestType, policy::interpolated<policy::reversed>>) {
        CHECK(row[0] == 0.5f);
    } else if (!std::is_same_v<TestType, policy::random>) {
        CHECK(row[0] == 1.0f);
    }
}
