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

/// Memory seen as a tensor with any strides: axes in another order, rows with gaps between them or from the last to the first.
///
/// element(i, j, ...) = memory[first + i * strides[0] + j * strides[1] + ...]
///
/// shape   any extents whose elements all lie in the memory, of which parts may be left out or be read more than once
/// units   strides and first, the place of element (0, 0, ...), count elements
/// errors  an invalid view, which every call refuses as shape_mismatch, if an element lies outside the memory, an extent is
///         negative, or first is not in [0, memory size]; a pattern whose elements share memory is unsupported
/// source  torch.as_strided(input, size, stride, storage_offset), there without negative strides
template <scalar T, std::size_t Size, std::size_t Rank>
constexpr tensor_view<T, Rank> span(std::span<T, Size> memory, index_t const (&extents)[Rank],
                                    index_t const (&strides)[Rank], index_t first = 0) noexcept {
    auto const invalid = tensor_view<T, Rank>::invalid();
    auto const size = static_cast<index_t>(memory.size());
    if (first < 0 || first > size) { return invalid; }
    tensor_view<T, Rank> const view{memory.data() + first, std::to_array(extents), std::to_array(strides)};
    if (!view.valid()) { return invalid; }   // from here on no product or sum overflows
    if (view.size() == 0) { return view; }
    index_t before = first, behind = size - 1 - first;   // elements of the memory that no axis has reached yet
    for (std::size_t axis = 0; axis < Rank; ++axis) {
        index_t const reach = (extents[axis] - 1) * strides[axis];
        before += reach < 0 ? reach : 0;
        behind -= reach > 0 ? reach : 0;
    }
    return before < 0 || behind < 0 ? invalid : view;
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
