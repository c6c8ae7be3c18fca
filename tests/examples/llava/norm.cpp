// SPDX-License-Identifier: MIT
#include <llava/norm.hpp>

#include <cmath>
#include <vector>

#include "catch.hpp"

// 1, 2, 3, 6: mean 3, variance 14 / 4 = 3.5, mean of squares 50 / 4 = 12.5
TEST_CASE("layer_norm: hand-computed row, in place", "[llava]") {
    llava::layer_norm const norm{.weight = {1.0f, 2.0f, 1.0f, -1.0f}, .bias = {0.0f, 0.5f, 0.0f, 0.0f}, .eps = 0.5f};
    std::vector<float> row{1.0f, 2.0f, 3.0f, 6.0f};
    norm(row.data(), 1, row.data());
    CHECK(row[0] == Approx(-1.0).epsilon(1e-6));   // (1 - 3) / sqrt(4)
    CHECK(row[1] == Approx(-0.5).epsilon(1e-6));   // 2 (2 - 3) / 2 + 0.5
    CHECK(row[2] == Approx(0.0).margin(1e-6));
    CHECK(row[3] == Approx(-1.5).epsilon(1e-6));
}

TEST_CASE("rms_norm: hand-computed row, in place", "[llava]") {
    llava::rms_norm const norm{.weight = {1.0f, 2.0f, 1.0f, -1.0f}, .eps = 3.5f};
    std::vector<float> row{1.0f, 2.0f, 3.0f, 6.0f};
    norm(row.data(), 1, row.data());
    CHECK(row[0] == Approx(0.25).epsilon(1e-6));   // 1 / sqrt(16)
    CHECK(row[1] == Approx(1.0).epsilon(1e-6));
    CHECK(row[2] == Approx(0.75).epsilon(1e-6));
    CHECK(row[3] == Approx(-1.5).epsilon(1e-6));
}

TEST_CASE("norms: rows longer than a register, each by itself", "[llava]") {
    std::size_t const size = 37;
    llava::layer_norm const layer{std::vector<float>(size, 1.0f), std::vector<float>(size, 0.0f), 0.0f};
    std::vector<float> rows(2 * size);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] = static_cast<float>(i % size) * (i < size ? 1.0f : -2.0f);
    }
    layer(rows.data(), 2, rows.data());
    double const deviation = std::sqrt((37.0 * 37.0 - 1.0) / 12.0);   // of 0 ... 36
    for (std::size_t i = 0; i < size; ++i) {
        double const wanted = (static_cast<double>(i) - 18.0) / deviation;
        CHECK(rows[i] == Approx(wanted).margin(1e-5));
        CHECK(rows[size + i] == Approx(-wanted).margin(1e-5));
    }
}
