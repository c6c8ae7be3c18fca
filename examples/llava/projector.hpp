// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <llava/activation.hpp>
#include <llava/io/config.hpp>
#include <llava/linear.hpp>
#include <llava/tensors.hpp>

namespace llava {

/// The two-layer perceptron from vision features to text embeddings.
class projector {
  public:
    projector(tensors const& from, io::config const& settings)
        : first_{from.product("multi_modal_projector.linear_1", settings.text.hidden, settings.vision.hidden,
                              from.contains("multi_modal_projector.linear_1.bias"))},
          second_{from.product("multi_modal_projector.linear_2", settings.text.hidden, settings.text.hidden,
                               from.contains("multi_modal_projector.linear_2.bias"))},
          activation_{activation_named(settings.projector_activation)} {}

    /// features (rows, vision hidden) -> embeddings (rows, text hidden)
    std::vector<float> operator()(float const* features, std::int64_t rows, workers const& pool) const {
        std::vector<float> between(static_cast<std::size_t>(rows * first_.outputs()));
        std::vector<float> result(static_cast<std::size_t>(rows * second_.outputs()));
        first_(features, rows, between.data(), pool);
        activate(activation_, between.data(), static_cast<std::int64_t>(between.size()));
        second_(between.data(), rows, result.data(), pool);
        return result;
    }

  private:
    linear first_, second_;
    activation activation_;
};

}   // namespace llava
