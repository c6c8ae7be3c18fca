// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <causalmm/core/tensor_traits.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace causalmm::inline CAUSALMM_ABI::adaptor {

/// Contiguous memory seen as a row-major tensor.
///
/// element(i, j, ...) = memory[(i * extents[1] + j) * extents[2] + ...]
///
/// shape   the extents' product must be the memory's size
/// units   elements
/// errors  an invalid view, which every call refuses as shape_mismatch, if the sizes differ or an extent is negative
/// source  std::span
template <scalar T, std::size_t Size, std::size_t Rank>
constexpr tensor_view<T, Rank> span(std::span<T, Size> memory, index_t const (&extents)[Rank]) noexcept {
    auto const invalid = tensor_view<T, Rank>::invalid();
    std::array<index_t, Rank> shape{};
    auto const size = static_cast<index_t>(memory.size());
    bool empty = false;
    for (std::size_t axis = 0; axis < Rank; ++axis) {
        shape[axis] = extents[axis];
        if (shape[axis] < 0) { return invalid; }
        empty = empty || shape[axis] == 0;
    }
    index_t count = empty ? 0 : 1;
    for (index_t const extent : shape) {
        if (!empty && extent > size / count) { return invalid; }   // before the product could overflow
        count *= extent;
    }
    if (count != size) { return invalid; }
    return {memory.data(), shape};
}

}   // namespace causalmm::adaptor

namespace causalmm::inline CAUSALMM_ABI {

/// A span is a tensor of rank one.
template <scalar T, std::size_t Size>
struct tensor_traits<std::span<T, Size>> {
    static constexpr tensor_view<T, 1> view(std::span<T, Size> memory) noexcept {
        return {memory.data(), {static_cast<index_t>(memory.size())}};
    }
};

}   // namespace causalmm
