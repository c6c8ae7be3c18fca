// SPDX-License-Identifier: MIT
#include <causalmm/adaptor/eigen.hpp>

#include <type_traits>

#include <causalmm/attention/intervene.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/intervention/reversed.hpp>
#include <causalmm/visibility/bidirectional.hpp>

#include "catch.hpp"

using namespace causalmm;
using row_major_matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

static_assert(adaptable<Eigen::MatrixXf>);
static_assert(adaptable<Eigen::Map<row_major_matrix>>);
static_assert(adaptable<Eigen::Ref<Eigen::MatrixXf>>);
static_assert(adaptable<Eigen::Tensor<float, 4>>);
static_assert(adaptable<Eigen::TensorMap<Eigen::Tensor<double, 3, Eigen::RowMajor>>>);
static_assert(!adaptable<decltype(Eigen::MatrixXf() * Eigen::MatrixXf())>);
static_assert(std::is_same_v<decltype(view(std::declval<Eigen::MatrixXf const&>())), tensor_view<float const, 2>>);
static_assert(
    std::is_same_v<decltype(view(std::declval<Eigen::Map<Eigen::MatrixXf const>&>())), tensor_view<float const, 2>>);

TEST_CASE("eigen: a matrix is seen element by element in either storage order", "[adaptor]") {
    Eigen::MatrixXf columns(3, 5);
    row_major_matrix rows(3, 5);
    for (Eigen::Index q = 0; q < 3; ++q) {
        for (Eigen::Index k = 0; k < 5; ++k) { columns(q, k) = rows(q, k) = static_cast<float>(10 * q + k); }
    }
    for (index_t q = 0; q < 3; ++q) {
        for (index_t k = 0; k < 5; ++k) {
            CHECK(view(columns)(q, k) == static_cast<float>(10 * q + k));
            CHECK(view(rows)(q, k) == static_cast<float>(10 * q + k));
        }
    }
    CHECK(&view(columns)(2, 4) == &columns(2, 4));
}

TEST_CASE("eigen: blocks, maps with strides and references keep their strides", "[adaptor]") {
    Eigen::MatrixXf whole(6, 7);
    for (Eigen::Index i = 0; i < whole.size(); ++i) { whole.data()[i] = static_cast<float>(i); }
    auto block = whole.block(1, 2, 3, 4);
    CHECK(&view(block)(2, 3) == &whole(3, 5));

    Eigen::Ref<Eigen::MatrixXf, 0, Eigen::OuterStride<>> const reference = block;
    CHECK(&view(reference)(1, 1) == &whole(2, 3));

    Eigen::Map<row_major_matrix, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>> every_second(
        whole.data(), 3, 4, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>(14, 2));
    CHECK(&view(every_second)(2, 3) == whole.data() + 34);
}

TEST_CASE("eigen: a tensor keeps its axes in either layout", "[adaptor]") {
    Eigen::Tensor<float, 4> columns(2, 3, 4, 5);
    Eigen::Tensor<float, 4, Eigen::RowMajor> rows(2, 3, 4, 5);
    CHECK(&view(columns)(1, 2, 3, 4) == &columns(1, 2, 3, 4));
    CHECK(&view(rows)(1, 0, 3, 2) == &rows(1, 0, 3, 2));
    CHECK(view(rows).extents == std::array<index_t, 4>{2, 3, 4, 5});
    Eigen::TensorFixedSize<float, Eigen::Sizes<2, 3, 4>> fixed;
    CHECK(&view(fixed)(1, 2, 3) == &fixed(1, 2, 3));
    Eigen::TensorMap<Eigen::Tensor<float const, 3>> const mapped(columns.data(), 4, 5, 6);
    static_assert(std::is_same_v<decltype(view(mapped)), tensor_view<float const, 3>>);
    CHECK(&view(mapped)(3, 1, 2) == &mapped(3, 1, 2));
    CHECK(view(mapped).strides == std::array<index_t, 3>{1, 4, 20});
}

TEST_CASE("eigen: what is read-only gives a view of constants", "[adaptor]") {
    Eigen::MatrixXf const matrix = Eigen::MatrixXf::Random(3, 4);
    Eigen::Ref<Eigen::MatrixXf const> const reference = matrix;
    static_assert(std::is_same_v<decltype(view(reference)), tensor_view<float const, 2>>);
    CHECK(&view(reference)(2, 3) == &matrix(2, 3));
    Eigen::Tensor<double, 2> const tensor(2, 5);
    static_assert(std::is_same_v<decltype(view(tensor)), tensor_view<double const, 2>>);
    CHECK(view(tensor).data == tensor.data());
}

TEST_CASE("eigen: a matrix is edited in place as a map of one head", "[adaptor]") {
    Eigen::MatrixXf map(2, 2);
    map << 0.25f, 0.75f, 0.5f, 0.5f;
    REQUIRE(attention::intervene(backend::serial{}, attention::edit{intervention::reversed{}}, map,
                                 visibility::bidirectional{}) == errc::ok);
    CHECK(map(0, 0) == 0.5f);
    CHECK(map(0, 1) == 0.0f);
    CHECK(map(1, 0) == 0.0f);
}
