// SPDX-License-Identifier: MIT
#include <causalmm/adaptor/dlpack.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include <causalmm/attention/intervene.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/core/type_list.hpp>
#include <causalmm/intervention/uniform.hpp>
#include <causalmm/visibility/causal.hpp>

#include "catch.hpp"

using namespace causalmm;
using adaptor::dl_managed_tensor;
using adaptor::dl_managed_tensor_versioned;
using adaptor::dl_tensor;
using adaptor::dlpack;

// Where dlpack.h puts the members on a machine with 64-bit pointers.
static_assert(sizeof(void*) != 8 ||
              (sizeof(dl_tensor) == 48 && offsetof(dl_tensor, device) == 8 && offsetof(dl_tensor, ndim) == 16 &&
               offsetof(dl_tensor, dtype) == 20 && offsetof(dl_tensor, shape) == 24 &&
               offsetof(dl_tensor, strides) == 32 && offsetof(dl_tensor, byte_offset) == 40));
static_assert(sizeof(void*) != 8 || (sizeof(dl_managed_tensor) == 64 && offsetof(dl_managed_tensor, deleter) == 56));
static_assert(sizeof(void*) != 8 ||
              (sizeof(dl_managed_tensor_versioned) == 80 && offsetof(dl_managed_tensor_versioned, manager_ctx) == 8 &&
               offsetof(dl_managed_tensor_versioned, deleter) == 16 &&
               offsetof(dl_managed_tensor_versioned, flags) == 24 &&
               offsetof(dl_managed_tensor_versioned, dl_tensor) == 32));

namespace {

/// The same structure under dlpack.h's own names, device type as an enumeration.
namespace c_header {
enum DLDeviceType : std::int32_t { kDLCPU = 1, kDLCUDA = 2 };
struct DLDevice {
    DLDeviceType device_type;
    std::int32_t device_id;
};
struct DLDataType {
    std::uint8_t code, bits;
    std::uint16_t lanes;
};
struct DLTensor {
    void* data;
    DLDevice device;
    std::int32_t ndim;
    DLDataType dtype;
    std::int64_t *shape, *strides;
    std::uint64_t byte_offset;
};
}   // namespace c_header

/// A float tensor of four axes over its own memory, which every test changes in one place.
struct exported {
    std::array<float, 24> memory{};
    std::array<std::int64_t, 5> shape{1, 2, 3, 4, 1}, strides{24, 12, 4, 1, 1};
    dl_tensor tensor{memory.data(), {1, 0}, 4, {2, 32, 1}, shape.data(), strides.data(), 0};

    exported() {
        for (std::size_t i = 0; i < memory.size(); ++i) { memory[i] = static_cast<float>(i); }
    }
    exported(exported const&) = delete;
    exported& operator=(exported const&) = delete;
};

template <scalar T = float, std::size_t Rank = 4, class Tensor>
bool refuses(Tensor const& tensor, errc code) {
    auto const got = dlpack<T, Rank>(tensor);
    return got.status == code && !got.value.valid() && !std::string_view{got.status.what}.empty();
}

}   // namespace

TEST_CASE("dlpack: elements stand at their strides, in bytes behind the offset", "[adaptor]") {
    exported e;
    auto const plain = dlpack<float, 4>(e.tensor);
    REQUIRE(plain);
    CHECK(plain.value.extents == std::array<index_t, 4>{1, 2, 3, 4});
    CHECK(&plain.value(0, 1, 2, 3) == &e.memory[23]);

    e.shape = {1, 1, 2, 2};
    e.strides = {0, 0, 1, 4};   // a transposed corner
    e.tensor.byte_offset = 5 * sizeof(float);
    auto const corner = dlpack<float, 4>(e.tensor);
    REQUIRE(corner);
    CHECK(corner.value(0, 0, 0, 0) == 5.0f);
    CHECK(corner.value(0, 0, 1, 0) == 6.0f);
    CHECK(corner.value(0, 0, 0, 1) == 9.0f);
}

TEST_CASE("dlpack: null strides are compact and row-major, fewer axes get leading ones", "[adaptor]") {
    exported e;
    e.tensor.strides = nullptr;
    CHECK(&dlpack<float, 4>(e.tensor).value(0, 1, 2, 3) == &e.memory[23]);
    e.tensor.ndim = 2;
    e.shape = {6, 4};
    auto const map = dlpack<float const, 4>(e.tensor);
    REQUIRE(map);
    CHECK(map.value.extents == std::array<index_t, 4>{1, 1, 6, 4});
    CHECK(map.value(0, 0, 5, 1) == 21.0f);
    e.tensor.ndim = 0;   // one number
    e.tensor.shape = nullptr;
    REQUIRE(dlpack<float, 1>(e.tensor));
    CHECK(dlpack<float, 1>(e.tensor).value(0) == 0.0f);
}

TEST_CASE("dlpack: every element type, by code and bits", "[adaptor]") {
    exported e;
    auto const only = [&]<class T>(std::uint8_t code, std::uint8_t bits) {
        e.tensor.dtype = {code, bits, 1};
        int taken = 0;
        type_list<float, double, f16, bf16>::for_each([&]<class Asked>() {
            bool const fits = static_cast<bool>(dlpack<Asked, 4>(e.tensor).status);
            CHECK(fits == std::is_same_v<Asked, T>);
            taken += fits ? 1 : 0;
        });
        CHECK(taken == 1);
    };
    only.operator()<float>(2, 32);
    only.operator()<double>(2, 64);
    only.operator()<f16>(2, 16);
    only.operator()<bf16>(4, 16);
    e.tensor.dtype = {0, 32, 1};   // int
    CHECK(refuses(e.tensor, errc::unsupported));
    e.tensor.dtype = {2, 32, 4};   // float4
    CHECK(refuses(e.tensor, errc::unsupported));
}

TEST_CASE("dlpack: memory of the processor, or pinned for it, and no other", "[adaptor]") {
    exported e;
    for (std::int32_t const device : {1, 3, 11}) {   // CPU, CUDA's and ROCm's pinned memory
        e.tensor.device = {device, 0};
        CHECK(dlpack<float, 4>(e.tensor));
    }
    for (std::int32_t const device : {0, 2, 4, 7, 8, 10, 13, 99}) {
        e.tensor.device = {device, 0};
        CHECK(refuses(e.tensor, errc::unsupported));
    }
}

TEST_CASE("dlpack: shapes that are none are refused", "[adaptor]") {
    exported e;
    auto const with = [&](auto change) {
        dl_tensor changed = e.tensor;
        change(changed);
        return refuses(changed, errc::shape_mismatch);
    };
    CHECK(with([](dl_tensor& t) { t.ndim = 5; }));
    CHECK(with([](dl_tensor& t) { t.ndim = -1; }));
    CHECK(with([](dl_tensor& t) { t.shape = nullptr; }));
    CHECK(with([](dl_tensor& t) { t.data = nullptr; }));
    e.shape = {1, 2, -3, 4};
    CHECK(refuses(e.tensor, errc::shape_mismatch));
    e.shape = {std::int64_t{1} << 32, std::int64_t{1} << 32, 1, 1};   // N80: 2^64 elements
    CHECK(refuses(e.tensor, errc::shape_mismatch));
}

TEST_CASE("dlpack: N73 an empty tensor needs no memory", "[adaptor]") {
    exported e;
    e.shape = {1, 0, 3, 4};
    e.tensor.data = nullptr;
    auto const empty = dlpack<float, 4>(e.tensor);
    REQUIRE(empty);
    CHECK(empty.value.size() == 0);
}

TEST_CASE("dlpack: N79 memory that is not aligned for its elements is refused", "[adaptor]") {
    exported e;
    e.shape = {1, 1, 2, 2};
    for (std::uint64_t const offset : {1u, 2u, 3u}) {
        e.tensor.byte_offset = offset;
        CHECK(refuses(e.tensor, errc::unsupported));
    }
    e.tensor.byte_offset = 4;
    CHECK(dlpack<float, 4>(e.tensor));
}

TEST_CASE("dlpack: what is read-only gives constants only; another major version is not looked into", "[adaptor]") {
    exported e;
    dl_managed_tensor_versioned managed{{1, 1}, nullptr, nullptr, 0, e.tensor};
    CHECK(dlpack<float, 4>(managed));
    managed.flags = 1;
    CHECK(refuses<float>(managed, errc::unsupported));
    CHECK(dlpack<float const, 4>(managed));
    managed.flags = 2;   // a copy, which may be written
    CHECK(dlpack<float, 4>(managed));
    managed.version = {2, 0};
    CHECK(refuses<float const>(managed, errc::unsupported));
    managed.version = {1, 99};   // a later minor version only names more devices and types
    CHECK(dlpack<float, 4>(managed));
    CHECK(dlpack<float, 4>(dl_managed_tensor{e.tensor, nullptr, nullptr}));
}

TEST_CASE("dlpack: a tensor of dlpack.h itself is edited in place", "[adaptor]") {
    std::vector<float> memory{1.0f, 0.0f, 0.25f, 0.75f};
    std::array<std::int64_t, 2> shape{2, 2};
    c_header::DLTensor const tensor{memory.data(), {c_header::kDLCPU, 0}, 2, {2, 32, 1}, shape.data(), nullptr, 0};
    auto const map = dlpack<float, 2>(tensor);
    REQUIRE(map);
    REQUIRE(attention::intervene(backend::serial{}, attention::edit{intervention::uniform{}}, map.value,
                                 visibility::causal{}) == errc::ok);
    CHECK(memory == std::vector<float>{1.0f, 0.0f, 0.5f, 0.5f});
    c_header::DLTensor gpu = tensor;
    gpu.device.device_type = c_header::kDLCUDA;
    CHECK(refuses<float, 2>(gpu, errc::unsupported));
}
