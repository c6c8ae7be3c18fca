// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <type_traits>

#include <thrust/device_ptr.h>
#include <thrust/device_vector.h>
#include <thrust/host_vector.h>

#include <causalmm/adaptor/span.hpp>
#include <causalmm/core/dtype.hpp>
#include <causalmm/core/tensor_traits.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace causalmm::inline CAUSALMM_ABI::adaptor {

namespace detail {

template <class Vector>
inline constexpr bool is_thrust_vector = false;
template <class T, class Allocator>
inline constexpr bool is_thrust_vector<::thrust::host_vector<T, Allocator>> = true;
template <class T, class Allocator>
inline constexpr bool is_thrust_vector<::thrust::device_vector<T, Allocator>> = true;

template <class Vector>
inline constexpr bool on_cuda_device = false;
template <class T, class Allocator>
inline constexpr bool on_cuda_device<::thrust::device_vector<T, Allocator>> =
    THRUST_DEVICE_SYSTEM == THRUST_DEVICE_SYSTEM_CUDA;

template <class Vector>
auto memory_of(Vector& vector) noexcept {
    return std::span{::thrust::raw_pointer_cast(vector.data()), vector.size()};
}

}   // namespace detail

/// A vector of Thrust, wherever its memory lies.
///
/// shape   one axis
/// units   elements
/// errors  elements that are no scalars do not satisfy it
/// source  thrust::host_vector, thrust::device_vector
template <class Vector>
concept thrust_vector =
    detail::is_thrust_vector<std::remove_const_t<Vector>> && scalar<typename std::remove_const_t<Vector>::value_type>;

/// A vector of Thrust whose memory the processor can read.
///
/// shape   one axis
/// units   elements
/// errors  a device_vector in the memory of a CUDA device does not satisfy it: the processor's backends would read a device pointer
/// source  Thrust's macro THRUST_DEVICE_SYSTEM
template <class Vector>
concept thrust_host_vector = thrust_vector<Vector> && !detail::on_cuda_device<std::remove_const_t<Vector>>;

/// A vector of Thrust seen as a row-major tensor, on the device for the reader's own kernels.
///
/// element(i, j, ...) = memory[(i * extents[1] + j) * extents[2] + ...]
///
/// shape   the extents' product must be the vector's size
/// units   elements
/// errors  an invalid view if the sizes differ or an extent is negative
/// source  thrust::raw_pointer_cast
template <thrust_vector Vector, std::size_t Rank>
auto thrust(Vector& vector, index_t const (&extents)[Rank]) noexcept {
    return span(detail::memory_of(vector), extents);
}

/// Memory behind a device pointer of Thrust, seen as a row-major tensor.
///
/// element(i, j, ...) = memory[(i * extents[1] + j) * extents[2] + ...]
///
/// shape   the memory must hold the extents' product, which a pointer cannot tell
/// units   elements
/// errors  an invalid view if an extent is negative
/// source  thrust::raw_pointer_cast
template <scalar T, std::size_t Rank>
tensor_view<T, Rank> thrust(::thrust::device_ptr<T> memory, index_t const (&extents)[Rank]) noexcept {
    tensor_view<T, Rank> const view{::thrust::raw_pointer_cast(memory), std::to_array(extents)};
    return view.valid() ? view : tensor_view<T, Rank>::invalid();
}

}   // namespace causalmm::adaptor

namespace causalmm::inline CAUSALMM_ABI {

/// A vector of Thrust is a tensor of rank one.
template <adaptor::thrust_host_vector Vector>
struct tensor_traits<Vector> {
    template <class Access>
    static auto view(Access& vector) noexcept {
        return causalmm::view(adaptor::detail::memory_of(vector));
    }
};

}   // namespace causalmm
