// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <causalmm/core/dtype.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <llava/io/safetensors.hpp>

namespace intervene {

using causalmm::index_t;

/// An attention tensor in memory, in the type that its file has.
struct pattern {
    std::string file, name;
    std::array<index_t, 4> shape{};   // (batch, head, query, key); leading axes that the file leaves out are 1
    std::variant<std::vector<float>, std::vector<causalmm::f16>, std::vector<causalmm::bf16>> weights;
};

/// Whether a tensor can be one: rank 2 to 4, F32, F16 or BF16, not empty.
bool is_pattern(llava::io::tensor const& tensor);

pattern read_pattern(llava::io::tensor const& tensor);

std::span<std::byte const> bytes(pattern const& of);

/// Calls f(view) with the (batch, head, query, key) view of the weights.
template <class Function>
decltype(auto) with_view(pattern& of, Function const& f) {
    return std::visit(
        [&]<class T>(std::vector<T>& weights) {
            return f(causalmm::tensor_view<T, 4>{weights.data(), of.shape});
        },
        of.weights);
}

/// The weights as floats, and back, each rounded once.
std::vector<float> as_floats(pattern const& from);
void set_floats(pattern& to, std::span<float const> weights);

}   // namespace intervene
