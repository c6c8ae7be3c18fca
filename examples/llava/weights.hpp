// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <causalmm/core/dtype.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <llava/io/safetensors.hpp>

namespace llava {

/// A matrix of the checkpoint as it lies in the mapped file: row-major, f32, f16 or bf16, at any alignment.
struct weights {
    std::byte const* data = nullptr;
    io::dtype type = io::dtype::f32;
    std::int64_t rows = 0;
    std::int64_t columns = 0;
};

/// Calls f with the matrix as a view of what it stores; its memory may be misaligned, so it is read through load_lanes.
template <class Function>
inline void with_view(weights const& from, Function&& f) {
    auto const as = [&]<class Stored>(Stored const* data) {
        f(causalmm::tensor_view<Stored const, 2>{data, {from.rows, from.columns}});
    };
    switch (from.type) {
        case io::dtype::f32: return as(reinterpret_cast<float const*>(from.data));
        case io::dtype::f16: return as(reinterpret_cast<causalmm::f16 const*>(from.data));
        case io::dtype::bf16: return as(reinterpret_cast<causalmm::bf16 const*>(from.data));
        default: throw std::logic_error("weights: a stored type that no reader admits");
    }
}

/// Row `index` as floats.
void read_row(weights const& from, std::int64_t index, float* to);

/// All of a vector or matrix as floats.
std::vector<float> read_all(weights const& from);

}   // namespace llava
