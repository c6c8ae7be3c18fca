// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <causalmm/core/dtype.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace causalmm::inline CAUSALMM_ABI::adaptor {

/// DLPack's C structures, for programs without dlpack.h: what a capsule points to may be read as one of these.
///
/// shape   the ABI of DLTensor, DLManagedTensor (before version 1) and DLManagedTensorVersioned (version 1)
/// units   strides in elements, byte_offset in bytes; device_type 1 is the CPU, dtype {2, 32, 1} is float
/// errors  none
/// source  dlpack.h 1.1, github.com/dmlc/dlpack
struct dl_tensor {
    struct device_name {
        std::int32_t device_type;
        std::int32_t device_id;
    };
    struct element_name {
        std::uint8_t code;
        std::uint8_t bits;
        std::uint16_t lanes;
    };
    void* data;
    device_name device;
    std::int32_t ndim;
    element_name dtype;
    std::int64_t* shape;
    std::int64_t* strides;   // null: row-major and compact
    std::uint64_t byte_offset;
};
struct dl_managed_tensor {
    adaptor::dl_tensor dl_tensor;
    void* manager_ctx;
    void (*deleter)(dl_managed_tensor* self);
};
struct dl_managed_tensor_versioned {
    struct version_number {
        std::uint32_t major;
        std::uint32_t minor;
    };
    version_number version;
    void* manager_ctx;
    void (*deleter)(dl_managed_tensor_versioned* self);
    std::uint64_t flags;   // bit 0: read-only
    adaptor::dl_tensor dl_tensor;
};

// clang-format off

/// The structures above, or those of dlpack.h itself under whatever name.
template <class Tensor>
concept dlpack_tensor = requires(Tensor const& t) {
    { t.data } -> std::convertible_to<void*>;
    { t.ndim } -> std::convertible_to<std::int32_t>;
    { t.shape } -> std::convertible_to<std::int64_t const*>;
    { t.strides } -> std::convertible_to<std::int64_t const*>;
    { t.byte_offset } -> std::convertible_to<std::uint64_t>;
    t.device.device_type;
    t.dtype.code; t.dtype.bits; t.dtype.lanes;
};
/// A structure that owns such a tensor: what a capsule points to.
template <class Managed>
concept dlpack_managed = requires(Managed const& m) {
    requires dlpack_tensor<std::remove_cvref_t<decltype(m.dl_tensor)>>;
    m.deleter;
};
/// One that states its version and whether the tensor is read-only.
template <class Managed>
concept dlpack_versioned = dlpack_managed<Managed> && requires(Managed const& m) {
    { m.version.major } -> std::convertible_to<std::uint32_t>;
    { m.flags } -> std::convertible_to<std::uint64_t>;
};

// clang-format on

namespace detail {

/// Whether the element type named by a tensor is T.
template <scalar T, dlpack_tensor Tensor>
constexpr bool holds(Tensor const& tensor) noexcept {
    constexpr unsigned ieee = 2, bfloat = 4;   // kDLFloat, kDLBfloat
    constexpr unsigned code = std::same_as<std::remove_cv_t<T>, bf16> ? bfloat : ieee;
    return tensor.dtype.code == code && tensor.dtype.bits == 8 * sizeof(T) && tensor.dtype.lanes == 1;
}

/// Whether the processor can read a device's memory: its own, or pages that CUDA or ROCm pinned.
constexpr bool on_host(std::int32_t device) noexcept { return device == 1 || device == 3 || device == 11; }

/// Extents and strides behind leading axes of extent 1; an invalid view if they are none.
template <scalar T, std::size_t Rank, dlpack_tensor Tensor>
constexpr tensor_view<T, Rank> shape_of(Tensor const& tensor) noexcept {
    auto const invalid = tensor_view<T, Rank>::invalid();
    if (tensor.ndim < 0 || tensor.ndim > static_cast<std::int32_t>(Rank)) { return invalid; }
    if (tensor.ndim > 0 && tensor.shape == nullptr) { return invalid; }
    tensor_view<T, Rank> view;
    view.extents.fill(1);
    auto const axes = static_cast<std::size_t>(tensor.ndim);
    index_t count = 1;   // of a compact tensor's elements; an extent of 0 counts as 1
    for (std::size_t i = axes; i-- > 0;) {
        index_t const extent = tensor.shape[i];
        if (extent < 0 || extent > std::numeric_limits<index_t>::max() / count) { return invalid; }
        std::size_t const axis = Rank - axes + i;
        view.extents[axis] = extent;
        view.strides[axis] = tensor.strides != nullptr ? tensor.strides[i] : count;
        count *= extent > 0 ? extent : 1;
    }
    return view;
}

}   // namespace detail

/// Memory that came through DLPack, seen as a tensor; who owns the managed structure still calls its deleter, afterwards.
///
/// element(i, j, ...) = ((T*)((char*)data + byte_offset))[i * strides[0] + j * strides[1] + ...]
///
/// shape   a tensor of fewer axes than Rank gets leading axes of extent 1
/// units   T is float, double, f16 or bf16, const if the tensor is read-only
/// errors  unsupported: other major version, device, element type or lanes, read-only and T not const, memory not aligned for T;
///         shape_mismatch: more axes than Rank, no shape, a negative or too large extent, no memory
/// source  dlpack.h 1.1
template <scalar T, std::size_t Rank, dlpack_tensor Tensor>
result<tensor_view<T, Rank>> dlpack(Tensor const& tensor) noexcept {
    auto view = detail::shape_of<T, Rank>(tensor);
    auto const refused = [](errc code, char const* what) {
        return result<tensor_view<T, Rank>>{tensor_view<T, Rank>::invalid(), {code, what}};
    };
    if (!detail::on_host(static_cast<std::int32_t>(tensor.device.device_type))) {
        return refused(errc::unsupported, "dlpack: the memory is on a device that the processor cannot read");
    }
    if (!detail::holds<T>(tensor)) { return refused(errc::unsupported, "dlpack: the tensor has other elements"); }
    if (!view.valid()) { return refused(errc::shape_mismatch, "dlpack: the tensor has no such shape"); }
    if (view.size() == 0) { return {view, {}}; }
    if (tensor.data == nullptr) { return refused(errc::shape_mismatch, "dlpack: the tensor has no memory"); }
    auto* const first = static_cast<std::byte*>(static_cast<void*>(tensor.data)) + tensor.byte_offset;
    if (reinterpret_cast<std::uintptr_t>(first) % alignof(T) != 0) {
        return refused(errc::unsupported, "dlpack: the memory is not aligned for its elements");
    }
    view.data = reinterpret_cast<T*>(first);
    return {view, {}};
}

template <scalar T, std::size_t Rank, dlpack_managed Managed>
result<tensor_view<T, Rank>> dlpack(Managed const& managed) noexcept {
    if constexpr (dlpack_versioned<Managed>) {
        auto const none = tensor_view<T, Rank>::invalid();
        if (managed.version.major != 1) {   // then only the version and the deleter are where they are expected
            return {none, {errc::unsupported, "dlpack: the structure is not of version 1"}};
        }
        if ((managed.flags & 1u) != 0 && !std::is_const_v<T>) {
            return {none, {errc::unsupported, "dlpack: the tensor is read-only; ask for constant elements"}};
        }
    }
    return dlpack<T, Rank>(managed.dl_tensor);
}

}   // namespace causalmm::adaptor
