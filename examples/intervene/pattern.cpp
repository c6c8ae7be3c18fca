// SPDX-License-Identifier: MIT
#include <intervene/pattern.hpp>

#include <algorithm>
#include <cstring>

namespace intervene {
namespace {

using llava::io::dtype;

template <class T>
std::vector<T> copied(llava::io::tensor const& from) {
    std::vector<T> weights(from.bytes / sizeof(T));
    std::memcpy(weights.data(), from.data, from.bytes);   // the file may hold it misaligned
    return weights;
}

}   // namespace

bool is_pattern(llava::io::tensor const& tensor) {
    bool const stored = tensor.type == dtype::f32 || tensor.type == dtype::f16 || tensor.type == dtype::bf16;
    return stored && tensor.shape.size() >= 2 && tensor.shape.size() <= 4 && tensor.bytes > 0;
}

pattern read_pattern(llava::io::tensor const& tensor) {
    pattern result{.file = tensor.file, .name = tensor.name, .shape = {1, 1, 1, 1}, .weights = {}};
    std::copy_backward(tensor.shape.begin(), tensor.shape.end(), result.shape.end());
    if (tensor.type == dtype::f32) { result.weights = copied<float>(tensor); }
    if (tensor.type == dtype::f16) { result.weights = copied<causalmm::f16>(tensor); }
    if (tensor.type == dtype::bf16) { result.weights = copied<causalmm::bf16>(tensor); }
    return result;
}

std::span<std::byte const> bytes(pattern const& of) {
    return std::visit([](auto const& weights) { return std::as_bytes(std::span{weights}); }, of.weights);
}

std::vector<float> as_floats(pattern const& from) {
    return std::visit(
        [](auto const& weights) {
            std::vector<float> floats(weights.size());
            std::transform(weights.begin(), weights.end(), floats.begin(),
                           [](auto const& w) { return static_cast<float>(w); });
            return floats;
        },
        from.weights);
}

void set_floats(pattern& to, std::span<float const> floats) {
    std::visit(
        [floats]<class T>(std::vector<T>& weights) {
            std::transform(floats.begin(), floats.end(), weights.begin(), [](float w) { return static_cast<T>(w); });
        },
        to.weights);
}

}   // namespace intervene
