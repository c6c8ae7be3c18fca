// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>

#include <causalmm/core/tensor_traits.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace causalmm::inline CAUSALMM_ABI::adaptor {

// clang-format off

/// A multidimensional span over plain memory: std::mdspan, Kokkos' reference implementation, cuda::std::mdspan, or one's own.
///
/// shape   its rank, at least 1; any layout that is strided
/// units   strides in elements
/// errors  an accessor that is not plain memory (scaled, atomic, checked) does not satisfy it
/// source  C++23 [mdspan.mdspan.overview], recognised by its members: C++20 compilers do not ship it
template <class Span>
concept mdspan_like = scalar<typename Span::element_type> && (Span::rank() >= 1) &&
    std::same_as<typename Span::accessor_type::reference, typename Span::element_type&> &&
    requires(Span const& span, std::size_t axis) {
        { span.data_handle() } -> std::convertible_to<typename Span::element_type*>;
        { span.extent(axis) } -> std::convertible_to<index_t>;
        { span.stride(axis) } -> std::convertible_to<index_t>;
        { span.is_strided() } -> std::same_as<bool>;
    };

// clang-format on

}   // namespace causalmm::adaptor

namespace causalmm::inline CAUSALMM_ABI {

/// A multidimensional span keeps its rank; one whose elements are not at strides is an invalid view.
template <adaptor::mdspan_like Span>
struct tensor_traits<Span> {
    using view_type = tensor_view<typename Span::element_type, static_cast<std::size_t>(Span::rank())>;

    static constexpr view_type view(Span const& span) noexcept {
        if (!span.is_strided()) { return view_type::invalid(); }
        view_type result;
        result.data = span.data_handle();
        for (std::size_t axis = 0; axis < view_type::rank; ++axis) {
            result.extents[axis] = static_cast<index_t>(span.extent(axis));
            result.strides[axis] = static_cast<index_t>(span.stride(axis));
        }
        return result;
    }
};

}   // namespace causalmm
