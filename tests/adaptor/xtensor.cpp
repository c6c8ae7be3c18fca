// SPDX-License-Identifier: MIT
#include <causalmm/adaptor/xtensor.hpp>

#if defined(EXPECT_XTENSOR_IN_FOLDERS) && !defined(XTENSOR_IN_FOLDERS)
#error "the adaptor took the headers that are in no folder"
#endif

#include <type_traits>
#include <vector>

#if __has_include(<xtensor/views/xview.hpp>)
#include <xtensor/views/xstrided_view.hpp>
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xstrided_view.hpp>
#include <xtensor/xview.hpp>
#endif

#include <causalmm/attention/intervene.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/intervention/uniform.hpp>
#include <causalmm/visibility/causal.hpp>

#include "catch.hpp"

using namespace causalmm;

static_assert(adaptable<xt::xtensor<float, 4>>);
static_assert(adaptable<xt::xarray<double>>);
static_assert(!adaptable<decltype(xt::xtensor<float, 2>() + xt::xtensor<float, 2>())>);
static_assert(
    std::is_same_v<decltype(view(std::declval<xt::xtensor<float, 3> const&>())), tensor_view<float const, 3>>);
static_assert(decltype(view(std::declval<xt::xarray<float>&>()))::rank == 4);

TEST_CASE("xtensor: elements stand where the container puts them, in either layout", "[adaptor]") {
    xt::xtensor<float, 4> rows({2, 3, 4, 5}, 0.0f);
    xt::xtensor<float, 3, xt::layout_type::column_major> columns({3, 4, 5}, 0.0f);
    CHECK(&view(rows)(1, 2, 3, 4) == &rows(1, 2, 3, 4));
    CHECK(&view(columns)(2, 1, 4) == &columns(2, 1, 4));
}

TEST_CASE("xtensor: views of a container keep its strides, also backwards", "[adaptor]") {
    xt::xtensor<float, 3> whole({4, 5, 6}, 0.0f);
    auto corner = xt::view(whole, xt::range(1, 4), xt::range(0, 5, 2), xt::all());
    CHECK(&view(corner)(0, 2, 1, 3) == &whole(3, 2, 3));
    auto turned = xt::strided_view(whole, {xt::range(xt::placeholders::_, xt::placeholders::_, -1), 2, xt::ellipsis()});
    CHECK(view(turned).strides[2] < 0);
    CHECK(&view(turned)(0, 0, 0, 5) == &whole(3, 2, 5));
}

TEST_CASE("xtensor: an array of lower rank gets leading axes, one of higher rank is refused", "[adaptor]") {
    xt::xarray<float> map = xt::xarray<float>::from_shape({4, 6});
    CHECK(view(map).extents == std::array<index_t, 4>{1, 1, 4, 6});
    CHECK(&view(map)(0, 0, 3, 5) == &map(3, 5));
    xt::xarray<float> five = xt::xarray<float>::from_shape({2, 2, 2, 2, 2});
    CHECK(!view(five).valid());
    CHECK(attention::intervene(backend::serial{}, attention::edit{intervention::uniform{}}, five,
                               visibility::causal{}) == errc::shape_mismatch);
}

TEST_CASE("xtensor: adapted memory is edited in place", "[adaptor]") {
    std::vector<float> memory{1.0f, 0.0f, 0.25f, 0.75f};
    auto map = xt::adapt(memory, std::vector<std::size_t>{2, 2});
    REQUIRE(attention::intervene(backend::serial{}, attention::edit{intervention::uniform{}}, map,
                                 visibility::causal{}) == errc::ok);
    CHECK(memory == std::vector<float>{1.0f, 0.0f, 0.5f, 0.5f});
}
