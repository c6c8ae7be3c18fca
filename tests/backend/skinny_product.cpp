// SPDX-License-Identifier: MIT
#include <causalmm/backend/skinny_product.hpp>

#include <cmath>
#include <cstddef>
#include <cstring>
#include <random>
#include <vector>

#include <causalmm/backend.hpp>

#include "catch.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::tensor_view;

namespace {

std::vector<float> numbers(index_t count, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal;
    std::vector<float> all(static_cast<std::size_t>(count));
    for (float& x : all) { x = normal(generator); }
    return all;
}

template <class Weight>
std::vector<Weight> stored(std::vector<float> const& from) {
    std::vector<Weight> to;
    for (float const x : from) { to.push_back(static_cast<Weight>(x)); }
    return to;
}

}   // namespace

TEMPLATE_TEST_CASE("skinny_product: x W^T in double for every stored type, strided rows, odd sizes", "[backend]", float,
                   double, causalmm::f16, causalmm::bf16) {
    for (index_t const inputs : {1, 3, 15, 16, 17, 64, 131}) {
        for (index_t const outputs : {1, 2, 5, 63, 64, 65, 130}) {
            index_t const gap = 3;
            auto const weights = stored<TestType>(numbers(outputs * (inputs + gap), 1));
            tensor_view<TestType const, 2> const w{weights.data(), {outputs, inputs}, {inputs + gap, 1}};
            for (index_t rows = 1; rows <= causalmm::backend::skinny_rows; ++rows) {
                INFO(inputs << " -> " << outputs << ", rows " << rows);
                auto const memory = numbers(rows * (inputs + gap), 2);
                tensor_view<float const, 2> const x{memory.data(), {rows, inputs}, {inputs + gap, 1}};
                std::vector<float> found(static_cast<std::size_t>(rows * (outputs + gap)), 7.0f);
                tensor_view<float, 2> const y{found.data(), {rows, outputs}, {outputs + gap, 1}};
                REQUIRE(causalmm::backend::skinny_product(causalmm::backend::serial{}, w, x, y) == errc::ok);
                double worst = 0.0;
                for (index_t row = 0; row < rows; ++row) {
                    for (index_t out = 0; out < outputs; ++out) {
                        double sum = 0.0, terms = 0.0;
                        for (index_t i = 0; i < inputs; ++i) {
                            double const term =
                                static_cast<double>(static_cast<float>(w(out, i))) * static_cast<double>(x(row, i));
                            sum += term;
                            terms += std::abs(term);
                        }
                        worst = std::max(worst, std::abs(static_cast<double>(y(row, out)) - sum) / (terms + 1e-30));
                    }
                    for (index_t i = outputs; i < outputs + gap && row + 1 < rows; ++i) {
                        CHECK(found[static_cast<std::size_t>(row * (outputs + gap) + i)] == 7.0f);
                    }
                }
                CHECK(worst < 131 * 0x1p-24);   // one rounding a term at most
            }
        }
    }
}

TEST_CASE("skinny_product: a row's bits depend on neither the other rows nor the threads", "[backend]") {
    index_t const inputs = 200, outputs = 300;
    auto const weights = stored<causalmm::bf16>(numbers(inputs * outputs, 3));
    tensor_view<causalmm::bf16 const, 2> const w{weights.data(), {outputs, inputs}};
    auto const x = numbers(8 * inputs, 4);
    std::vector<float> alone(static_cast<std::size_t>(outputs)), together(static_cast<std::size_t>(8 * outputs));
    for (index_t rows = 1; rows <= 8; ++rows) {
        REQUIRE(causalmm::backend::skinny_product(causalmm::backend::threads{2}, w, {x.data(), {rows, inputs}},
                                                  {together.data(), {rows, outputs}}) == errc::ok);
        for (index_t row = 0; row < rows; ++row) {
            REQUIRE(causalmm::backend::skinny_product(causalmm::backend::serial{}, w,
                                                      {x.data() + row * inputs, {1, inputs}},
                                                      {alone.data(), {1, outputs}}) == errc::ok);
            CHECK(std::memcmp(alone.data(), together.data() + row * outputs, alone.size() * sizeof(float)) == 0);
        }
    }
}

TEST_CASE("skinny_product: what does not fit is refused, and y stays as it was", "[backend]") {
    std::vector<float> const w(6, 1.0f), x(27, 1.0f);
    std::vector<float> y(18, 7.0f);
    auto const refused = [&](tensor_view<float const, 2> weights, tensor_view<float const, 2> from,
                             tensor_view<float, 2> to, errc why) {
        bool const right = causalmm::backend::skinny_product(causalmm::backend::serial{}, weights, from, to) == why;
        return right && y == std::vector<float>(18, 7.0f);
    };
    CHECK(refused({w.data(), {2, 3}}, {x.data(), {1, 2}}, {y.data(), {1, 2}}, errc::shape_mismatch));
    CHECK(refused({w.data(), {2, 3}}, {x.data(), {2, 3}}, {y.data(), {1, 2}}, errc::shape_mismatch));
    CHECK(refused({w.data(), {2, 3}}, {x.data(), {1, 3}}, {y.data(), {1, 3}}, errc::shape_mismatch));
    CHECK(
        refused({w.data(), {2, 3}}, tensor_view<float const, 2>::invalid(), {y.data(), {1, 2}}, errc::shape_mismatch));
    CHECK(refused({w.data(), {2, 3}}, {x.data(), {9, 3}}, {y.data(), {9, 2}}, errc::unsupported));
    CHECK(refused({w.data(), {2, 3}, {1, 2}}, {x.data(), {1, 3}}, {y.data(), {1, 2}}, errc::unsupported));
    CHECK(causalmm::backend::skinny_product(causalmm::backend::serial{}, tensor_view<float const, 2>{w.data(), {0, 3}},
                                            tensor_view<float const, 2>{x.data(), {1, 3}},
                                            tensor_view<float, 2>{y.data(), {1, 0}}) == errc::ok);
    CHECK(y == std::vector<float>(18, 7.0f));
}
