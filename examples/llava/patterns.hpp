// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include <causalmm/core/site.hpp>
#include <llava/io/image.hpp>
#include <llava/model.hpp>

namespace llava {

/// What one layer of one tower looks at.
struct layer_pattern {
    causalmm::tower tower = causalmm::tower::vision;
    std::int64_t layer = 0;
    std::array<std::int64_t, 4> shape{};   // (1, heads, queries, keys)
    std::vector<float> weights;
};

/// The factual attention patterns of both towers, layer by layer: of the picture, and of the prompt with the picture in it.
///
/// errors  usage for a prompt that the model has no room for; bad_data for weights that make no finite scores
std::vector<layer_pattern> factual_patterns(model const& with, io::image const& picture, std::string_view question);

/// Writes them as F32 tensors vision.layers.N and language.layers.N, the question as metadata.
void save_patterns(std::filesystem::path const& file, std::vector<layer_pattern> const& patterns,
                   std::string_view question);

}   // namespace llava
