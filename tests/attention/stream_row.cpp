// SPDX-License-Identifier: MIT
#include <causalmm/attention/stream_row.hpp>

#include <bit>
#include <cmath>
#include <vector>

#include "catch.hpp"
#include "support/tensor.hpp"

using causalmm::bf16;
using causalmm::f16;
using causalmm::lane_count;
using causalmm::attention::detail::add_row_values;
using causalmm::attention::detail::exponentials;
using causalmm::attention::detail::online_row;
using causalmm::attention::detail::row_extremes;
using causalmm::attention::detail::row_scores;
using namespace support;   // NOLINT: helpers of the tests

namespace {

/// Keys or values of one head, rows apart.
template <class T>
struct rows {
    index_t count, dim;
    std::vector<T> memory;

    rows(index_t n, index_t width, std::uint64_t seed) : count{n}, dim{width} {
        numbers next{seed};
        for (index_t i = 0; i < n * (width + 1); ++i) { memory.push_back(static_cast<T>(next.in(-1.0f, 1.0f))); }
    }
    tensor_view<T const, 2> view() const { return {memory.data(), {count, dim}, {dim + 1, 1}}; }
    double at(index_t row, index_t i) const {
        return static_cast<double>(static_cast<float>(memory[static_cast<std::size_t>(row * (dim + 1) + i)]));
    }
};

std::vector<float> drawn(index_t count, float low, float high) {
    numbers next{5};
    std::vector<float> all(static_cast<std::size_t>(count));
    for (float& each : all) { each = next.in(low, high); }
    return all;
}

}   // namespace

TEST_CASE("stream_row: scores of the keys asked for, and of no other", "[attention]") {
    causalmm::type_list<float, double, f16, bf16>::for_each([]<class T>() {
        for (index_t const dim : {1, 7, 15, 16, 17, 64, 129}) {
            rows<T> const keys(13, dim, 2);
            std::vector<float> const query = drawn(dim, -1.0f, 1.0f);
            for (index_t const count : {1, 3, 4, 5, 9}) {
                std::vector<float> scores(13, 9.0f);
                row_scores(query.data(), keys.view(), 2, count, scores.data());
                double worst = 0.0;
                for (index_t k = 0; k < count; ++k) {
                    double expected = 0.0;
                    for (index_t i = 0; i < dim; ++i) {
                        expected += static_cast<double>(query[static_cast<std::size_t>(i)]) * keys.at(k + 2, i);
                    }
                    worst =
                        std::max(worst, std::abs(static_cast<double>(scores[static_cast<std::size_t>(k)]) - expected));
                }
                INFO(dim << " dims, " << count << " keys");
                CHECK(worst <= 2e-5);   // 129 terms of at most 1, each rounded at 2^-24
                CHECK(scores[static_cast<std::size_t>(count)] == 9.0f);
            }
        }
    });
}

TEST_CASE("stream_row: a key's score does not depend on the keys beside it", "[attention]") {
    rows<float> const keys(9, 37, 2);
    std::vector<float> const query = drawn(37, -1.0f, 1.0f);
    std::vector<float> together(9), alone(9);
    row_scores(query.data(), keys.view(), 0, 9, together.data());
    for (index_t k = 0; k < 9; ++k) {
        row_scores(query.data(), keys.view(), k, 1, &alone[static_cast<std::size_t>(k)]);
    }
    CHECK(together == alone);
}

TEST_CASE("stream_row: weighted values are added, of every element type and width", "[attention]") {
    causalmm::type_list<float, double, f16, bf16>::for_each([]<class T>() {
        for (index_t dim = 1; dim <= 10 * lane_count + 1; ++dim) {   // whole registers, parts of one, more than eight
            rows<T> const values(11, dim, 3);
            std::vector<float> const weights = drawn(7, 0.0f, 1.0f);
            std::vector<float> z(static_cast<std::size_t>(dim + 1), 0.5f);
            add_row_values(weights.data(), values.view(), 4, 7, z.data());
            double worst = 0.0;
            for (index_t i = 0; i < dim; ++i) {
                double expected = 0.5;
                for (index_t k = 0; k < 7; ++k) {
                    expected += static_cast<double>(weights[static_cast<std::size_t>(k)]) * values.at(k + 4, i);
                }
                worst = std::max(worst, std::abs(static_cast<double>(z[static_cast<std::size_t>(i)]) - expected));
            }
            INFO(dim);
            CHECK(worst <= 2e-6);
            CHECK(z[static_cast<std::size_t>(dim)] == 0.5f);
        }
    });
}

TEST_CASE("stream_row: the largest score and whether all are finite, wherever they stand", "[attention]") {
    for (index_t count = 1; count <= 3 * lane_count + 1; ++count) {
        for (index_t at = 0; at < count; ++at) {
            std::vector<float> scores = drawn(count, -9.0f, -1.0f);
            scores[static_cast<std::size_t>(at)] = -0.5f;
            row_extremes const good{scores.data(), count};
            REQUIRE(good.largest == -0.5f);
            REQUIRE(good.finite);
            for (std::uint32_t const bad : {0x7fc00000u, 0x7f800000u, 0xff800000u}) {
                scores[static_cast<std::size_t>(at)] = std::bit_cast<float>(bad);
                REQUIRE_FALSE(row_extremes{scores.data(), count}.finite);
            }
        }
    }
    CHECK(row_extremes{nullptr, 0}.finite);
}

TEST_CASE("stream_row: exponentials relative to the top, and their sum", "[attention]") {
    for (index_t count = 0; count <= 3 * lane_count + 1; ++count) {
        std::vector<float> scores = drawn(count, -60.0f, 4.0f);
        std::vector<float> const before = scores;
        double expected = 0.0;
        float const sum = exponentials(scores.data(), count, 4.0f);
        int wrong = 0;
        for (std::size_t k = 0; k < scores.size(); ++k) {
            double const w = std::exp(static_cast<double>(before[k]) - 4.0);
            wrong += std::abs(static_cast<double>(scores[k]) - w) <= 5e-6 * w ? 0 : 1;   // 4 ulp of a score of 60
            expected += w;
        }
        CHECK(wrong == 0);
        CHECK(static_cast<double>(sum) == Approx(expected).epsilon(1e-5));
    }
}

TEST_CASE("stream_row: tiles one after the other weigh as one softmax, also of rising and of knocked out scores",
          "[attention]") {
    index_t const keys = 40, dim = 3;
    rows<float> const values(keys, dim, 3);
    for (index_t const tile : {1, 7, 40}) {
        std::vector<float> scores = drawn(keys, -50.0f, 50.0f);
        for (std::size_t k = 0; k < 10; ++k) { scores[k] = causalmm::minus_infinity(); }
        std::vector<float> weights = scores, z(3, 7.0f);
        online_row row{z.data(), dim};
        for (index_t first = 0; first < keys; first += tile) {
            row.add(&weights[static_cast<std::size_t>(first)], values.view(), first, std::min(tile, keys - first));
        }
        double top = -HUGE_VAL, sum = 0.0, weighted = 0.0;
        for (float const s : scores) { top = std::max(top, static_cast<double>(s)); }
        for (index_t k = 0; k < keys; ++k) {
            double const w = std::exp(static_cast<double>(scores[static_cast<std::size_t>(k)]) - top);
            sum += w;
            weighted += w * values.at(k, 1);
        }
        INFO(tile);
        CHECK(static_cast<double>(row.part.top) == top);
        CHECK(static_cast<double>(row.part.sum) == Approx(sum).epsilon(1e-5));
        CHECK(static_cast<double>(z[1]) == Approx(weighted).epsilon(1e-5).margin(1e-6));
        CHECK(row.part.z == z.data());
    }
}

TEST_CASE("stream_row: a row whose scores are all knocked out has no part", "[attention]") {
    rows<float> const values(5, 3, 3);
    std::vector<float> scores(5, causalmm::minus_infinity()), z(3, 7.0f);
    online_row row{z.data(), 3};
    row.add(scores.data(), values.view(), 0, 5);
    CHECK(row.part.sum == 0.0f);
    CHECK(z == std::vector<float>(3, 0.0f));
}
