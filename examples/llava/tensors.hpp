// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include <llava/io/safetensors.hpp>
#include <llava/linear.hpp>
#include <llava/norm.hpp>
#include <llava/weights.hpp>

namespace llava {

/// A checkpoint read with its shapes and types checked: what a tensor is must be what the config makes of it.
///
/// errors  bad_data naming file and tensor, with the expected and the found shape or type
class tensors {
  public:
    explicit tensors(io::checkpoint const& from) noexcept : from_{&from} {}

    bool contains(std::string const& name) const { return from_->contains(name); }

    /// The tensor as a matrix of its first axis by all others.
    weights matrix(std::string const& name, std::initializer_list<std::int64_t> shape) const;
    std::vector<float> vector(std::string const& name, std::int64_t size) const;

    /// NAME.weight and, if `bias`, NAME.bias.
    linear product(std::string const& name, std::int64_t outputs, std::int64_t inputs, bool bias) const;
    layer_norm normalization(std::string const& name, std::int64_t size, float eps) const;

  private:
    io::checkpoint const* from_;
};

}   // namespace llava
