// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <causalmm/core/config.hpp>
#include <causalmm/core/dtype.hpp>

namespace causalmm::inline CAUSALMM_ABI {

namespace detail {

// Sums and products of sizes that nobody has checked yet: what no index_t holds becomes, and stays, this, which is -1 as an index.
inline constexpr std::uint64_t uncounted = ~std::uint64_t{0};

CAUSALMM_HD constexpr std::uint64_t bounded_sum(std::uint64_t a, std::uint64_t b) noexcept {
    return a > uncounted / 2 || b > uncounted / 2 - a ? uncounted : a + b;
}
CAUSALMM_HD constexpr std::uint64_t bounded_product(std::uint64_t a, std::uint64_t b) noexcept {
    return b != 0 && a > uncounted / 2 / b ? uncounted : a * b;
}

/// |stride|, also of the lowest index, which has no negative.
CAUSALMM_HD constexpr std::uint64_t magnitude(index_t stride) noexcept {
    auto const bits = static_cast<std::uint64_t>(stride);
    return stride < 0 ? 0 - bits : bits;
}

/// How far the last element along an axis that has any lies from the first.
CAUSALMM_HD constexpr std::uint64_t reach(index_t extent, index_t stride) noexcept {
    return bounded_product(static_cast<std::uint64_t>(extent) - 1, magnitude(stride));
}

}   // namespace detail

/// Strides of a row-major tensor: the last axis is contiguous.
///
/// shape   strides[i] = extents[i + 1] * ... * extents[rank - 1]
/// units   elements
/// errors  none: a stride that no index_t holds is -1, and a view of such extents is not valid unless it is empty
/// source  C array layout
template <std::size_t Rank>
CAUSALMM_HD constexpr std::array<index_t, Rank> row_major(std::array<index_t, Rank> const& extents) noexcept {
    std::array<index_t, Rank> strides{};
    std::uint64_t step = 1;
    for (std::size_t axis = Rank; axis-- > 0;) {
        strides[axis] = static_cast<index_t>(step);
        step = detail::bounded_product(step, static_cast<std::uint64_t>(extents[axis]));
    }
    return strides;
}

/// Somebody else's memory seen as a tensor of fixed rank with any strides.
///
/// element(i, j, ...) = data[i * strides[0] + j * strides[1] + ...]
///
/// shape   (extents[0], ..., extents[Rank - 1]); patterns are (batch, head, query, key)
/// units   strides count elements
/// errors  none: an index outside the extents is a precondition violation
/// source  std::mdspan with layout_stride, which C++20 does not have
template <scalar T, std::size_t Rank>
struct tensor_view {
    static_assert(Rank >= 1, "tensor_view: a scalar needs no view");
    using element_type = T;
    using value_type = std::remove_cv_t<T>;
    static constexpr std::size_t rank = Rank;

    T* data = nullptr;
    std::array<index_t, Rank> extents{};
    std::array<index_t, Rank> strides{};

    constexpr tensor_view() noexcept = default;
    CAUSALMM_HD constexpr tensor_view(T* memory, std::array<index_t, Rank> const& shape) noexcept
        : tensor_view{memory, shape, row_major(shape)} {}
    CAUSALMM_HD constexpr tensor_view(T* memory, std::array<index_t, Rank> const& shape,
                                      std::array<index_t, Rank> const& steps) noexcept
        : data{memory}, extents{shape}, strides{steps} {}

    /// What can be written can be read: a mutable view converts to a view of constants.
    template <std::same_as<value_type> Mutable>
    CAUSALMM_HD constexpr tensor_view(tensor_view<Mutable, Rank> const& other) noexcept
        : data{other.data}, extents{other.extents}, strides{other.strides} {}

    /// What an adaptor returns for memory that is no such tensor; every call refuses it.
    static constexpr tensor_view invalid() noexcept {
        tensor_view none;
        none.extents.fill(-1);
        return none;
    }
    /// Whether extents are sizes, and an index_t holds the number of elements and how far apart they lie.
    CAUSALMM_HD constexpr bool valid() const noexcept {
        std::uint64_t reach = 0;
        for (std::size_t axis = 0; axis < Rank; ++axis) {
            if (extents[axis] < 0) { return false; }
            reach = detail::bounded_sum(reach, detail::reach(extents[axis], strides[axis]));
        }
        return size() == 0 || (size() > 0 && reach != detail::uncounted);
    }

    /// Whether elements may share memory, so that nothing may be written: a stride does not step over all that the smaller ones
    /// reach. Steps of 2 and 3 that happen to interleave are taken for overlapping too.
    CAUSALMM_HD constexpr bool overlaps() const noexcept {
        for (std::size_t axis = 0; axis < Rank; ++axis) {
            if (extents[axis] > 1 && detail::magnitude(strides[axis]) <= reach_inside(axis)) { return size() != 0; }
        }
        return false;
    }

    CAUSALMM_HD constexpr index_t extent(std::size_t axis) const noexcept { return extents[axis]; }

    /// The number of elements; of a view that is not valid, -1 where there is no such number.
    CAUSALMM_HD constexpr index_t size() const noexcept {
        std::uint64_t count = 1;
        for (index_t const extent : extents) {
            count = detail::bounded_product(count, static_cast<std::uint64_t>(extent));
        }
        return static_cast<index_t>(count);
    }

    template <class... Index>
    CAUSALMM_HD constexpr T& operator()(Index... index) const noexcept {
        static_assert(sizeof...(Index) == Rank, "tensor_view: one index per axis");
        return data[offset(index...)];
    }

    /// The sub-tensor at the given leading indices.
    template <class... Index>
    CAUSALMM_HD constexpr auto slice(Index... index) const noexcept {
        static_assert(sizeof...(Index) < Rank, "tensor_view: a slice leaves at least one axis");
        tensor_view<T, Rank - sizeof...(Index)> rest;
        rest.data = data + offset(index...);
        for (std::size_t axis = 0; axis < rest.rank; ++axis) {
            rest.extents[axis] = extents[axis + sizeof...(Index)];
            rest.strides[axis] = strides[axis + sizeof...(Index)];
        }
        return rest;
    }

  private:
    /// How far the other axes reach whose strides are no larger than this one's.
    CAUSALMM_HD constexpr std::uint64_t reach_inside(std::size_t axis) const noexcept {
        std::uint64_t reach = 0;
        for (std::size_t other = 0; other < Rank; ++other) {
            if (other == axis || detail::magnitude(strides[other]) > detail::magnitude(strides[axis])) { continue; }
            reach = detail::bounded_sum(reach, detail::reach(extents[other], strides[other]));
        }
        return reach;
    }

    template <class... Index>
    CAUSALMM_HD constexpr index_t offset(Index... index) const noexcept {
        index_t sum = 0;
        [[maybe_unused]] std::size_t axis = 0;
        (assert_inside(static_cast<index_t>(index), axis), ...);
        axis = 0;
        ((sum += static_cast<index_t>(index) * strides[axis++]), ...);
        return sum;
    }

    CAUSALMM_HD constexpr void assert_inside([[maybe_unused]] index_t index, std::size_t& axis) const noexcept {
        CAUSALMM_ASSERT(index >= 0 && index < extents[axis]);
        ++axis;
    }
};

namespace detail {

/// Whether two rows are one row or have no element in common: what is written to one is then not read from the other.
template <class T>
CAUSALMM_HD constexpr bool same_or_apart(T const* a, T const* b, index_t count) noexcept {
    return a == b || a + count <= b || b + count <= a;
}

}   // namespace detail

/// The same memory with further leading axes of extent 1, up to the given rank.
///
/// (query, key) -> (1, 1, query, key)
///
/// shape   Rank axes; a view of higher rank does not compile
/// units   strides in elements
/// errors  none
/// source  a single map is a batch of one with one head
template <std::size_t Rank, scalar T, std::size_t Axes>
CAUSALMM_HD constexpr tensor_view<T, Rank> with_leading_axes(tensor_view<T, Axes> const& view) noexcept {
    static_assert(Axes <= Rank, "with_leading_axes: the view has more axes than asked for");
    tensor_view<T, Rank> lifted;
    lifted.data = view.data;
    for (std::size_t axis = 0; axis < Rank; ++axis) {
        bool const added = axis < Rank - Axes;
        lifted.extents[axis] = added ? 1 : view.extents[axis - (Rank - Axes)];
        lifted.strides[axis] = added ? view.size() : view.strides[axis - (Rank - Axes)];
    }
    return lifted;
}

}   // namespace causalmm
