// SPDX-License-Identifier: MIT
#include <llava/patterns.hpp>

#include <array>
#include <string>
#include <utility>

#include <llava/io/chat.hpp>
#include <llava/io/error.hpp>
#include <llava/io/preprocess.hpp>
#include <llava/io/safetensors_writer.hpp>
#include <llava/scratch.hpp>

namespace llava {
namespace {

/// The pattern that the layer which has just run left in memory.
layer_pattern take(causalmm::tower tower, std::int64_t layer, std::int64_t heads, std::int64_t rows, scratch& memory) {
    return {
        .tower = tower, .layer = layer, .shape = {1, heads, rows, rows}, .weights = std::exchange(memory.pattern, {})};
}

}   // namespace

std::vector<layer_pattern> factual_patterns(model const& with, io::image const& picture, std::string_view question) {
    std::vector<layer_pattern> patterns;
    scratch memory;
    memory.materialized = true;
    pass const call{.pool = with.pool(), .memory = memory};

    clip const& eyes = with.vision();
    std::vector<float> seen = eyes.embed(io::pixel_values(picture, with.preprocessor()), with.pool());
    for (std::int64_t layer = 0; layer < eyes.layers(); ++layer) {
        eyes.run(seen, layer, layer + 1, call);
        patterns.push_back(take(causalmm::tower::vision, layer, eyes.heads(), eyes.tokens(), memory));
    }

    llama const& reader = with.language();
    std::vector<float> state = with.splice(io::prompt_tokens(with.tokenizer(), question), with.project(seen));
    std::int64_t const rows = static_cast<std::int64_t>(state.size()) / reader.hidden();
    if (rows > reader.positions()) {
        throw io::error{io::exit_code::usage, "", "prompt",
                        std::to_string(rows) + " positions, the model has " + std::to_string(reader.positions())};
    }
    kv_cache cache = reader.make_cache(rows);
    std::array const whole{piece{.cache = &cache, .rows = rows}};
    for (std::int64_t layer = 0; layer < reader.layers(); ++layer) {
        reader.run(layer, state.data(), whole, call);
        patterns.push_back(take(causalmm::tower::language, layer, reader.heads(), rows, memory));
    }
    return patterns;
}

void save_patterns(std::filesystem::path const& file, std::vector<layer_pattern> const& patterns,
                   std::string_view question) {
    std::vector<io::tensor> tensors;
    for (layer_pattern const& each : patterns) {
        std::string const tower = each.tower == causalmm::tower::vision ? "vision" : "language";
        tensors.push_back({.name = tower + ".layers." + std::to_string(each.layer),
                           .type = io::dtype::f32,
                           .shape = {each.shape.begin(), each.shape.end()},
                           .data = reinterpret_cast<std::byte const*>(each.weights.data()),
                           .bytes = each.weights.size() * sizeof(float),
                           .file = {}});
    }
    io::write_safetensors(file, tensors, {{"question", std::string{question}}});
}

}   // namespace llava
