// SPDX-License-Identifier: MIT
#include <llava/tensors.hpp>

#include <algorithm>

#include <llava/io/error.hpp>

namespace llava {
namespace {

template <class Sizes>
std::string shape_text(Sizes const& sizes) {
    std::string text = "(";
    for (std::int64_t const size : sizes) { text += (text.size() > 1 ? ", " : "") + std::to_string(size); }
    return text + ")";
}

}   // namespace

weights tensors::matrix(std::string const& name, std::initializer_list<std::int64_t> shape) const {
    io::tensor const& found = from_->at(name);
    if (!std::equal(found.shape.begin(), found.shape.end(), shape.begin(), shape.end())) {
        throw io::error{io::exit_code::bad_data, found.file, name,
                        "shape " + shape_text(shape) + " expected, " + shape_text(found.shape) + " found"};
    }
    if (found.type != io::dtype::f32 && found.type != io::dtype::f16 && found.type != io::dtype::bf16) {
        throw io::error{io::exit_code::bad_data, found.file, name,
                        "type F32, F16 or BF16 expected, " + std::string{io::dtype_name(found.type)} + " found"};
    }
    weights result{found.data, found.type, *shape.begin(), 1};
    for (auto size = shape.begin() + 1; size != shape.end(); ++size) { result.columns *= *size; }
    return result;
}

std::vector<float> tensors::vector(std::string const& name, std::int64_t size) const {
    return read_all(matrix(name, {size}));
}

linear tensors::product(std::string const& name, std::int64_t outputs, std::int64_t inputs, bool bias) const {
    return linear{matrix(name + ".weight", {outputs, inputs}),
                  bias ? vector(name + ".bias", outputs) : std::vector<float>{}};
}

layer_norm tensors::normalization(std::string const& name, std::int64_t size, float eps) const {
    return {vector(name + ".weight", size), vector(name + ".bias", size), eps};
}

}   // namespace llava
