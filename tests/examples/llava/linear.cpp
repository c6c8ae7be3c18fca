// SPDX-License-Identifier: MIT
#include <llava/linear.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include <causalmm/core/counter_rng.hpp>
#include <causalmm/core/dtype.hpp>

#include "catch.hpp"

namespace {

using llava::io::dtype;

/// Numbers in [-1, 1), the same in every run.
std::vector<float> numbers(std::int64_t count, std::uint32_t stream) {
    std::vector<float> all(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = 2.0f * causalmm::unit_float(
                            causalmm::philox4x32({static_cast<std::uint32_t>(i), stream, 0, 0}, {3, 5})[0]) -
                 1.0f;
    }
    return all;
}

/// A matrix as a file holds it, `shift` bytes away from alignment; `exact` are the numbers that it can hold.
struct stored {
    std::vector<std::byte> bytes;
    std::vector<float> exact;
    llava::weights view;
};

stored store(std::vector<float> const& values, std::int64_t rows, std::int64_t columns, dtype type, std::size_t shift) {
    stored made;
    std::size_t const size = type == dtype::f32 ? 4 : 2;
    made.bytes.resize(shift + values.size() * size);
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::byte* const at = made.bytes.data() + shift + i * size;
        float exact = values[i];
        if (type == dtype::f32) {
            std::memcpy(at, &exact, 4);
        } else if (type == dtype::bf16) {
            causalmm::bf16 const half{exact};
            std::memcpy(at, &half, 2);
            exact = static_cast<float>(half);
        } else {
            causalmm::f16 const half{exact};
            std::memcpy(at, &half, 2);
            exact = static_cast<float>(half);
        }
        made.exact.push_back(exact);
    }
    made.view = {made.bytes.data() + shift, type, rows, columns};
    return made;
}

double product(std::vector<float> const& w, std::vector<float> const& x, std::int64_t inputs, std::int64_t row,
               std::int64_t out) {
    double sum = 0.0;
    for (std::int64_t i = 0; i < inputs; ++i) {
        sum += static_cast<double>(w[static_cast<std::size_t>(out * inputs + i)]) *
               static_cast<double>(x[static_cast<std::size_t>(row * inputs + i)]);
    }
    return sum;
}

constexpr dtype types[] = {dtype::f32, dtype::f16, dtype::bf16};

}   // namespace

TEST_CASE("linear: x W^T + b for every stored type, misaligned, below and above the skinny limit", "[llava]") {
    llava::workers const pool{1};
    for (dtype const type : types) {
        for (std::int64_t const inputs : {1, 16, 53}) {
            for (std::int64_t const outputs : {1, 7, 64, 131}) {
                stored const matrix = store(numbers(outputs * inputs, 1), outputs, inputs, type, 1);
                std::vector<float> const bias = numbers(outputs, 2);
                llava::linear const layer{matrix.view, bias};
                for (std::int64_t const rows : {1, 2, 3, 8, 9, 20}) {
                    INFO("type " << static_cast<int>(type) << ", " << inputs << " -> " << outputs << ", rows " << rows);
                    std::vector<float> const x = numbers(rows * inputs, 3);
                    std::vector<float> y(static_cast<std::size_t>(rows * outputs));
                    layer(x.data(), rows, y.data(), pool);
                    double worst = 0.0;
                    for (std::int64_t i = 0; i < rows * outputs; ++i) {
                        double const wanted = product(matrix.exact, x, inputs, i / outputs, i % outputs) +
                                              static_cast<double>(bias[static_cast<std::size_t>(i % outputs)]);
                        worst = std::max(worst, std::abs(wanted - static_cast<double>(y[static_cast<std::size_t>(i)])));
                    }
                    CHECK(worst < 1e-5);   // 53 products below 1 in float32: 53 * 2^-24 at most, 3e-6
                }
            }
        }
    }
}

TEST_CASE("linear: up to eight rows, a row's result does not depend on the others", "[llava]") {
    llava::workers const pool{1};
    std::int64_t const inputs = 75, outputs = 67;
    for (dtype const type : types) {
        stored const matrix = store(numbers(outputs * inputs, 4), outputs, inputs, type, 3);
        llava::linear const layer{matrix.view};
        std::vector<float> const x = numbers(8 * inputs, 5);
        std::vector<float> alone(static_cast<std::size_t>(outputs)), together(static_cast<std::size_t>(8 * outputs));
        for (std::int64_t rows = 1; rows <= llava::linear::skinny_rows; ++rows) {
            layer(x.data(), rows, together.data(), pool);
            for (std::int64_t row = 0; row < rows; ++row) {
                layer(x.data() + row * inputs, 1, alone.data(), pool);
                CHECK(std::memcmp(alone.data(), together.data() + row * outputs, alone.size() * sizeof(float)) == 0);
            }
        }
    }
}

TEST_CASE("linear: threads change no bit", "[llava]") {
    llava::workers const one{1}, two{2};
    std::int64_t const inputs = 48, outputs = 300;
    stored const matrix = store(numbers(outputs * inputs, 6), outputs, inputs, dtype::bf16, 0);
    llava::linear const layer{matrix.view};
    for (std::int64_t const rows : {1, 40}) {
        std::vector<float> const x = numbers(rows * inputs, 7);
        std::vector<float> first(static_cast<std::size_t>(rows * outputs)), second = first;
        layer(x.data(), rows, first.data(), one);
        layer(x.data(), rows, second.data(), two);
        CHECK(std::memcmp(first.data(), second.data(), first.size() * sizeof(float)) == 0);
    }
}
