// SPDX-License-Identifier: MIT
#include <llava/clip.hpp>

#include <algorithm>
#include <string>

#include <llava/tensors.hpp>

namespace llava {
namespace {

/// The pixels of each patch in a row: (3, side, side) -> (grid * grid, 3 * patch * patch), as the convolution reads them.
std::vector<float> cut_patches(std::vector<float> const& pixels, std::int64_t side, std::int64_t grid,
                               std::int64_t patch) {
    std::vector<float> rows(static_cast<std::size_t>(3 * grid * grid * patch * patch));
    float* to = rows.data();
    for (std::int64_t at = 0; at < grid * grid; ++at) {
        for (std::int64_t channel = 0; channel < 3; ++channel) {
            for (std::int64_t y = 0; y < patch; ++y, to += patch) {
                std::int64_t const row = channel * side + at / grid * patch + y;
                std::copy_n(pixels.data() + row * side + at % grid * patch, patch, to);
            }
        }
    }
    return rows;
}

}   // namespace

clip::clip(tensors const& from, io::config const& settings)
    : side_{settings.vision.image_size},
      grid_{settings.vision.image_size / settings.vision.patch_size},
      patch_{settings.vision.patch_size},
      heads_{settings.vision.heads},
      activation_{activation_named(settings.vision.activation)} {
    io::vision_config const& vision = settings.vision;
    std::string const tower = "vision_tower.vision_model.";
    std::int64_t const size = vision.hidden;
    patches_ = linear{from.matrix(tower + "embeddings.patch_embedding.weight", {size, 3, patch_, patch_})};
    class_token_ = from.vector(tower + "embeddings.class_embedding", size);
    positions_ = from.matrix(tower + "embeddings.position_embedding.weight", {grid_ * grid_ + 1, size});
    first_norm_ = from.normalization(tower + "pre_layrnorm", size, vision.layer_norm_eps);   // spelt so on the hub
    int const last = settings.select_layer < 0 ? vision.layers + 1 + settings.select_layer : settings.select_layer;
    for (int index = 0; index < last; ++index) {
        std::string const at = tower + "encoder.layers." + std::to_string(index) + ".";
        layers_.push_back({.before_attention = from.normalization(at + "layer_norm1", size, vision.layer_norm_eps),
                           .before_mlp = from.normalization(at + "layer_norm2", size, vision.layer_norm_eps),
                           .query = from.product(at + "self_attn.q_proj", size, size, true),
                           .key = from.product(at + "self_attn.k_proj", size, size, true),
                           .value = from.product(at + "self_attn.v_proj", size, size, true),
                           .out = from.product(at + "self_attn.out_proj", size, size, true),
                           .up = from.product(at + "mlp.fc1", vision.intermediate, size, true),
                           .down = from.product(at + "mlp.fc2", size, vision.intermediate, true)});
    }
}

std::vector<float> clip::embed(std::vector<float> const& pixels, workers const& pool) const {
    std::vector<float> state(static_cast<std::size_t>(tokens() * hidden()));
    std::copy(class_token_.begin(), class_token_.end(), state.begin());
    patches_(cut_patches(pixels, side_, grid_, patch_).data(), tokens() - 1, state.data() + hidden(), pool);
    std::vector<float> position(static_cast<std::size_t>(hidden()));
    for (std::int64_t token = 0; token < tokens(); ++token) {
        read_row(positions_, token, position.data());
        float* row = state.data() + token * hidden();
        for (std::int64_t i = 0; i < hidden(); ++i) { row[i] += position[static_cast<std::size_t>(i)]; }
    }
    first_norm_(state.data(), tokens(), state.data());
    return state;
}

void clip::run(std::vector<float>& state, std::int64_t first, std::int64_t last, pass const& call) const {
    for (std::int64_t index = first; index < last; ++index) {
        attention(state, index, call);
        mlp(state, layers_[static_cast<std::size_t>(index)], call);
    }
}

void clip::attention(std::vector<float>& state, std::int64_t index, pass const& call) const {
    layer const& at = layers_[static_cast<std::size_t>(index)];
    scratch& memory = call.memory;
    std::int64_t const size = tokens() * hidden(), head_dim = hidden() / heads_;
    at.before_attention(state.data(), tokens(), sized(memory.normed, size).data());
    at.query(memory.normed.data(), tokens(), sized(memory.query, size).data(), call.pool);
    at.key(memory.normed.data(), tokens(), sized(memory.key, size).data(), call.pool);
    at.value(memory.normed.data(), tokens(), sized(memory.value, size).data(), call.pool);
    auto const constant = [&](std::vector<float> const& rows) {
        return split_heads<float const>(rows.data(), heads_, tokens(), head_dim);
    };
    attention_heads const inputs{.query = constant(memory.query),
                                 .key = constant(memory.key),
                                 .value = constant(memory.value),
                                 .z = split_heads(sized(memory.z, size).data(), heads_, tokens(), head_dim),
                                 .causal = false};
    attend(inputs, causalmm::tower::vision, index, 0, call);
    at.out(memory.z.data(), tokens(), sized(memory.projected, size).data(), call.pool);
    add(memory.projected, state.data());
}

void clip::mlp(std::vector<float>& state, layer const& at, pass const& call) const {
    scratch& memory = call.memory;
    at.before_mlp(state.data(), tokens(), sized(memory.normed, tokens() * hidden()).data());
    std::vector<float>& wide = sized(memory.up, tokens() * at.up.outputs());
    at.up(memory.normed.data(), tokens(), wide.data(), call.pool);
    activate(activation_, wide.data(), static_cast<std::int64_t>(wide.size()));
    at.down(wide.data(), tokens(), sized(memory.projected, tokens() * hidden()).data(), call.pool);
    add(memory.projected, state.data());
}

}   // namespace llava
