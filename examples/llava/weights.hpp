// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include <llava/io/safetensors.hpp>
#include <llava/lanes.hpp>

namespace llava {

/// A matrix of the checkpoint as it lies in the mapped file: row-major, f32, f16 or bf16, at any alignment.
struct weights {
    std::byte const* data = nullptr;
    io::dtype type = io::dtype::f32;
    std::int64_t rows = 0;
    std::int64_t columns = 0;

    std::byte const* row(std::int64_t index) const noexcept {
        return data + index * columns * (type == io::dtype::f32 ? 4 : 2);
    }
};

/// Calls function.operator()<Type>() with the stored type as a compile-time constant.
template <class Function>
inline void with_type(io::dtype type, Function&& function) {
    switch (type) {
        case io::dtype::f32: return std::forward<Function>(function).template operator()<io::dtype::f32>();
        case io::dtype::f16: return std::forward<Function>(function).template operator()<io::dtype::f16>();
        case io::dtype::bf16: return std::forward<Function>(function).template operator()<io::dtype::bf16>();
        default: throw std::logic_error("weights: a stored type that no reader admits");
    }
}

/// Row `index` as floats.
void read_row(weights const& from, std::int64_t index, float* to);

/// All of a vector or matrix as floats.
std::vector<float> read_all(weights const& from);

}   // namespace llava
