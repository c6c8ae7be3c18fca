// SPDX-License-Identifier: MIT
#include <causalmm/attention/range_sum.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "support/tensor.hpp"

using causalmm::bf16;
using causalmm::f16;
using causalmm::attention::visible_keys;
using causalmm::attention::detail::range_sum;
using causalmm::selection::index_set;
using causalmm::visibility::key_range;
using namespace support;   // NOLINT: helpers of the tests

namespace {

constexpr index_t key_count = 40, dim = 3;

template <class T>
struct values {
    std::vector<T> memory;
    std::vector<double> sum = std::vector<double>(dim, 7.0);   // what stood there does not matter

    values() {
        numbers next{3};
        for (index_t i = 0; i < key_count * (dim + 2); ++i) { memory.push_back(static_cast<T>(next.in(-1.0f, 1.0f))); }
    }
    T& at(index_t key, index_t i) { return memory[static_cast<std::size_t>(key * (dim + 2) + i)]; }
    range_sum<T> sums() { return {tensor_view<T const, 2>{memory.data(), {key_count, dim}, {dim + 2, 1}}, sum.data()}; }

    /// Whether the moving sum is what adding up says, NaN where and only where that is NaN.
    bool right(range_sum<T>& moving, visible_keys const& keys) {
        double const* const got = moving.over(keys);
        for (index_t i = 0; i < dim; ++i) {
            double expected = 0.0;
            for (index_t rank = 0; rank < keys.total; ++rank) {
                expected += static_cast<double>(static_cast<float>(at(keys.cell(rank), i)));
            }
            if (std::isfinite(expected) ? !(std::abs(got[i] - expected) <= 1e-13) : std::isfinite(got[i])) {
                return false;
            }
        }
        return true;
    }
};

visible_keys keys_of(key_range const& range, index_set const& selected = {}) { return {range, 0, selected}; }

}   // namespace

TEST_CASE("range_sum: growing, shrinking, sliding, jumping and empty windows, of every element type", "[attention]") {
    causalmm::type_list<float, double, f16, bf16>::for_each([]<class T>() {
        values<T> v;
        auto moving = v.sums();
        for (key_range const& range : std::vector<key_range>{{0, 1},
                                                             {0, 2},
                                                             {0, 2},
                                                             {0, 40},
                                                             {3, 40},
                                                             {3, 20},
                                                             {10, 30},
                                                             {9, 10},
                                                             {30, 40},
                                                             {5, 5},
                                                             {0, 0},
                                                             {20, 25},
                                                             {18, 30},
                                                             {21, 23},
                                                             {0, 40},
                                                             {39, 40}}) {
            INFO(range.begin << " to " << range.end);
            CHECK(v.right(moving, keys_of(range)));
        }
    });
}

TEST_CASE("range_sum: windows through a selection of keys", "[attention]") {
    values<float> v;
    auto moving = v.sums();
    index_set const chosen{{0, 3}, {5, 6}, {10, 30}, {35, 100}};
    for (index_t begin = 0; begin < key_count; begin += 3) {
        for (index_t end = begin; end <= key_count; ++end) {
            INFO(begin << " to " << end);
            REQUIRE(v.right(moving, keys_of({begin, end}, chosen)));
        }
    }
}

TEST_CASE("range_sum: causal windows have the bits of adding up from the first key on", "[attention]") {
    values<float> v;
    auto moving = v.sums();
    double added = 0.0;
    for (index_t end = 1; end <= key_count; ++end) {
        added += static_cast<double>(v.at(end - 1, 1));
        CHECK(moving.over(keys_of({0, end}))[1] == added);
    }
}

TEST_CASE("range_sum: NaN and infinity count only while a window holds them", "[attention]") {
    float const inf = std::numeric_limits<float>::infinity();
    for (float const bad : {std::numeric_limits<float>::quiet_NaN(), inf, -inf}) {
        values<float> v;
        v.at(7, 1) = bad;
        v.at(20, 1) = -bad;
        auto moving = v.sums();
        for (index_t begin = 0; begin < 30; ++begin) {
            INFO(bad << " from " << begin);
            CHECK(v.right(moving, keys_of({begin, begin + 5})));
        }
        for (index_t end = 40; end > 0; --end) { CHECK(v.right(moving, keys_of({0, end}))); }
        CHECK(v.right(moving, keys_of({30, 40})));
        CHECK(v.right(moving, keys_of({5, 10}, {{0, 6}, {8, 100}})));   // selected around it
    }
}

TEST_CASE("range_sum: a long cancellation leaves what double precision leaves", "[attention]") {
    values<float> v;
    for (index_t key = 0; key < key_count; ++key) { v.at(key, 0) = key == 0 ? 1e8f : 0.1f; }
    auto moving = v.sums();
    (void)moving.over(keys_of({0, 40}));
    CHECK(moving.over(keys_of({1, 40}))[0] == Approx(39 * static_cast<double>(0.1f)).epsilon(1e-7));
}
