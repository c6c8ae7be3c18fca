// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <type_traits>

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xadapt.hpp>   // xtensor 0.26 and later sort their headers into folders
#include <xtensor/containers/xarray.hpp>
#include <xtensor/containers/xtensor.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xtensor.hpp>
#endif

#include <causalmm/core/tensor_traits.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace causalmm::inline CAUSALMM_ABI::adaptor {

/// An xtensor expression that is memory: xtensor, xarray, xt::adapt or a strided view of one.
///
/// shape   its rank if that is fixed, else four axes
/// units   strides in elements
/// errors  a function of containers is no memory and does not satisfy it
/// source  xtensor's data interface
template <class Container>
concept xtensor_container = std::derived_from<Container, xt::xexpression<Container>> && requires(Container& container) {
    {*container.data()};
    container.strides();
    container.data_offset();
};

/// Rank of the view: that of an xtensor, four for an xarray.
///
/// shape   one number
/// units   axes
/// errors  none
/// source  patterns are (batch, head, query, key)
template <xtensor_container Container>
inline constexpr std::size_t xtensor_rank = [] {
    constexpr std::size_t fixed = xt::get_rank<Container>::value;
    return fixed == static_cast<std::size_t>(-1) ? std::size_t{4} : fixed;
}();

}   // namespace causalmm::adaptor

namespace causalmm::inline CAUSALMM_ABI {

/// A container of xtensor; an xarray of lower rank gets leading axes of extent 1, one of higher rank is an invalid view.
template <adaptor::xtensor_container Container>
struct tensor_traits<Container> {
    template <class Access>
    static auto view(Access& container) noexcept {
        using element = std::remove_reference_t<decltype(*container.data())>;
        constexpr std::size_t rank = adaptor::xtensor_rank<Container>;
        tensor_view<element, rank> result;
        std::size_t const axes = container.dimension();
        if (axes > rank) { return result.invalid(); }
        result.data = container.data() + container.data_offset();
        result.extents.fill(1);
        for (std::size_t i = 0; i < axes; ++i) {
            std::size_t const axis = rank - axes + i;
            result.extents[axis] = static_cast<index_t>(container.shape()[i]);
            result.strides[axis] = static_cast<index_t>(container.strides()[i]);
        }
        return result;
    }
};

}   // namespace causalmm
