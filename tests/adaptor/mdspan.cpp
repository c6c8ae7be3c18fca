// SPDX-License-Identifier: MIT
#include <causalmm/adaptor/mdspan.hpp>

#include <array>
#include <type_traits>
#include <vector>

#if __has_include(<mdspan>)
#include <mdspan>
#endif
#if __has_include(<cuda/std/mdspan>)
#include <cuda/std/mdspan>
#endif

#include <causalmm/attention/intervene.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/intervention/reversed.hpp>
#include <causalmm/visibility/bidirectional.hpp>

#include "catch.hpp"

using namespace causalmm;

namespace tiny {

template <class T>
struct plain_access {
    using reference = T&;
};
template <class T>
struct scaled_access {
    using reference = T;   // a value that was computed
};

/// As much of std::mdspan as anybody who reads one needs.
template <class T, std::size_t Rank, class Accessor = plain_access<T>>
class mdspan {
  public:
    using element_type = T;
    using accessor_type = Accessor;
    using index_type = unsigned;   // as with Kokkos' dextents<unsigned, Rank>
    static constexpr std::size_t rank() noexcept { return Rank; }

    mdspan(T* data, std::array<index_type, Rank> extents, std::array<index_type, Rank> strides, bool strided = true)
        : data_{data}, extents_{extents}, strides_{strides}, strided_{strided} {}
    T* data_handle() const noexcept { return data_; }
    index_type extent(std::size_t axis) const noexcept { return extents_[axis]; }
    index_type stride(std::size_t axis) const noexcept { return strides_[axis]; }
    bool is_strided() const noexcept { return strided_; }

  private:
    T* data_;
    std::array<index_type, Rank> extents_, strides_;
    bool strided_;
};

}   // namespace tiny

static_assert(adaptable<tiny::mdspan<float, 4>> && adaptable<tiny::mdspan<double const, 1>>);
static_assert(!adaptable<tiny::mdspan<int, 2>>, "an integer is no weight");
static_assert(!adaptable<tiny::mdspan<float, 2, tiny::scaled_access<float>>>, "an accessor that computes is no memory");
static_assert(
    std::is_same_v<decltype(view(std::declval<tiny::mdspan<float const, 3>&>())), tensor_view<float const, 3>>);

TEST_CASE("mdspan: elements stand at their strides", "[adaptor]") {
    std::vector<float> memory(40);
    tiny::mdspan<float, 2> const span(memory.data() + 1, {3, 4}, {2, 9});
    CHECK(view(span).extents == std::array<index_t, 2>{3, 4});
    CHECK(&view(span)(2, 3) == &memory[1 + 2 * 2 + 3 * 9]);
}

TEST_CASE("mdspan: a layout that is not strided gives an invalid view", "[adaptor]") {
    std::vector<float> memory(4);
    tiny::mdspan<float, 2> const tiled(memory.data(), {2, 2}, {2, 1}, false);
    CHECK_FALSE(view(tiled).valid());
    CHECK(attention::intervene(backend::serial{}, attention::edit{intervention::reversed{}}, tiled,
                               visibility::bidirectional{}) == errc::shape_mismatch);
}

TEST_CASE("mdspan: is edited in place", "[adaptor]") {
    std::vector<float> memory{0.25f, 0.5f, 0.75f, 0.5f};   // columns
    tiny::mdspan<float, 2> const map(memory.data(), {2, 2}, {1, 2});
    REQUIRE(attention::intervene(backend::serial{}, attention::edit{intervention::reversed{}}, map,
                                 visibility::bidirectional{}) == errc::ok);
    CHECK(memory == std::vector<float>{0.5f, 0.0f, 0.0f, 0.0f});
}

#if defined(__cpp_lib_mdspan)
TEST_CASE("mdspan: the standard library's", "[adaptor]") {
    std::vector<float> memory(24);
    std::mdspan<float, std::dextents<int, 3>, std::layout_left> const span(memory.data(), 2, 3, 4);
    CHECK(&view(span)(1, 2, 3) == &memory[23]);
    CHECK(view(span).strides == std::array<index_t, 3>{1, 2, 6});
}
#endif

#if __has_include(<cuda/std/mdspan>)
TEST_CASE("mdspan: that of the CUDA toolkit", "[adaptor]") {
    std::vector<float> memory(24);
    ::cuda::std::mdspan<float, ::cuda::std::dextents<int, 3>, ::cuda::std::layout_left> const span(memory.data(), 2, 3,
                                                                                                   4);
    CHECK(&view(span)(1, 2, 3) == &memory[23]);
    CHECK(view(span).strides == std::array<index_t, 3>{1, 2, 6});
    ::cuda::std::mdspan<double const, ::cuda::std::extents<int, 2, 2>> const fixed(nullptr);
    CHECK(view(fixed).extents == std::array<index_t, 2>{2, 2});
}
#endif
