// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>

#include <causalmm/core/tensor_view.hpp>

namespace causalmm::inline CAUSALMM_ABI {

/// The one hook through which a foreign tensor type enters: specialise it with `static tensor_view<...> view(tensor&)`.
///
/// shape   the view's rank is the tensor's
/// units   strides in elements
/// errors  none
/// source  a trait instead of an overload: argument-dependent lookup does not reach this namespace from foreign types
template <class Tensor>
struct tensor_traits;

template <scalar T, std::size_t Rank>
struct tensor_traits<tensor_view<T, Rank>> {
    static constexpr tensor_view<T, Rank> view(tensor_view<T, Rank> const& tensor) noexcept { return tensor; }
};

/// A type the library can look into as a tensor.
///
/// shape   any rank
/// units   none
/// errors  a type without tensor_traits does not satisfy it
/// source  see tensor_traits
template <class Tensor>
concept adaptable = requires(Tensor& tensor) {
    tensor_traits<std::remove_cvref_t<Tensor>>::view(tensor);
};

/// The view of an adaptable tensor.
///
/// shape   as the tensor's
/// units   strides in elements
/// errors  none
/// source  see tensor_traits
template <adaptable Tensor>
constexpr auto view(Tensor&& tensor) noexcept {
    return tensor_traits<std::remove_cvref_t<Tensor>>::view(tensor);
}

}   // namespace causalmm
