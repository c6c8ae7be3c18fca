// SPDX-License-Identifier: MIT
#include <llava/io/config.hpp>
#include <llava/io/json.hpp>

#include <initializer_list>
#include <optional>

namespace llava::io {
namespace {

// Far above every model there is, far below where a product of two could overflow 64 bits.
constexpr int largest_width = 1 << 20;
constexpr int largest_count = 1 << 12;
constexpr int largest_vocabulary = 1 << 20;
constexpr int largest_positions = 1 << 24;
constexpr int largest_image = 1 << 14;
constexpr int most_patches = 1 << 14;

// An absent key takes the default; null is a value, and not an integer.
void read(json_field const& from, std::string_view key, int& into, int lowest, int highest) {
    if (from.value().contains(key)) into = from.at(key).small_integer(lowest, highest);
}

void read(json_field const& from, std::string_view key, float& into, double lowest, double highest) {
    if (from.value().contains(key)) into = static_cast<float>(from.at(key).number(lowest, highest));
}

void read(json_field const& from, std::string_view key, bool& into) {
    if (from.value().contains(key)) into = from.at(key).boolean();
}

void read(json_field const& from, std::string_view key, std::string& into,
          std::initializer_list<std::string_view> choices) {
    if (!from.value().contains(key)) return;
    json_field const field = from.at(key);
    std::string listed;
    for (auto const choice : choices) {
        if (field.text() == choice) {
            into = choice;
            return;
        }
        listed += (listed.empty() ? "" : ", ") + std::string(choice);
    }
    field.fail("expected " + listed + "; found " + quote(field.text()));
}

// Settings of other models that would silently change the result.
void require(json_field const& from, std::string_view key, bool wanted) {
    bool found = wanted;
    read(from, key, found);
    if (found != wanted) from.at(key).fail(wanted ? "false is not supported" : "true is not supported");
}

vision_config read_vision(json_field const& from) {
    vision_config out;
    std::string kind;
    read(from.object(), "model_type", kind, {"clip_vision_model"});
    read(from, "hidden_size", out.hidden, 1, largest_width);
    read(from, "intermediate_size", out.intermediate, 1, largest_width);
    read(from, "num_hidden_layers", out.layers, 1, largest_count);
    read(from, "num_attention_heads", out.heads, 1, largest_count);
    read(from, "image_size", out.image_size, 1, largest_image);
    read(from, "patch_size", out.patch_size, 1, largest_image);
    read(from, "layer_norm_eps", out.layer_norm_eps, 1e-30, 1.0);
    read(from, "hidden_act", out.activation, {"quick_gelu", "gelu"});
    int channels = 3;
    read(from, "num_channels", channels, 3, 3);
    if (out.hidden % out.heads != 0) {
        from.fail("hidden_size " + std::to_string(out.hidden) + " is not a multiple of num_attention_heads " +
                  std::to_string(out.heads));
    }
    int const side = out.image_size / out.patch_size;
    if (out.image_size % out.patch_size != 0) {
        from.fail("image_size " + std::to_string(out.image_size) + " is not a multiple of patch_size " +
                  std::to_string(out.patch_size));
    }
    if (side * side > most_patches)
        from.fail(std::to_string(side * side) + " patches (at most " + std::to_string(most_patches) + ")");
    return out;
}

// What transformers 5 calls rope_parameters, older files spell rope_theta and rope_scaling.
void read_rope(json_field const& from, text_config& out) {
    constexpr double largest_base = 1e12;
    read(from, "rope_theta", out.rope_theta, 1.0, largest_base);
    for (auto const* key : {"rope_parameters", "rope_scaling"}) {
        auto const rope = from.find(key);
        if (!rope) continue;
        std::string kind;
        read(rope->object(), "rope_type", kind, {"default"});
        read(*rope, "type", kind, {"default"});
        read(*rope, "rope_theta", out.rope_theta, 1.0, largest_base);
    }
}

text_config read_text(json_field const& from) {
    text_config out;
    std::string kind;
    read(from.object(), "model_type", kind, {"llama"});
    read(from, "hidden_act", kind, {"silu"});
    require(from, "attention_bias", false);
    require(from, "mlp_bias", false);
    read(from, "hidden_size", out.hidden, 1, largest_width);
    read(from, "intermediate_size", out.intermediate, 1, largest_width);
    read(from, "num_hidden_layers", out.layers, 1, largest_count);
    read(from, "num_attention_heads", out.heads, 1, largest_count);
    read(from, "vocab_size", out.vocabulary, 3, largest_vocabulary);   // <unk>, <s>, </s>
    read(from, "max_position_embeddings", out.max_positions, 1, largest_positions);
    read(from, "rms_norm_eps", out.rms_norm_eps, 1e-30, 1.0);
    read(from, "tie_word_embeddings", out.tie_embeddings);
    read_rope(from, out);
    out.kv_heads = out.heads;
    if (auto const given = from.find("num_key_value_heads")) out.kv_heads = given->small_integer(1, largest_count);
    if (out.hidden % out.heads != 0) {
        from.fail("hidden_size " + std::to_string(out.hidden) + " is not a multiple of num_attention_heads " +
                  std::to_string(out.heads));
    }
    if (out.heads % out.kv_heads != 0) {
        from.fail("num_attention_heads " + std::to_string(out.heads) + " is not a multiple of num_key_value_heads " +
                  std::to_string(out.kv_heads));
    }
    out.head_dim = out.hidden / out.heads;
    if (auto const given = from.find("head_dim")) out.head_dim = given->small_integer(1, largest_width);
    if (out.head_dim % 2 != 0)
        from.fail("head_dim " + std::to_string(out.head_dim) + " is odd; rotary embeddings turn pairs");
    return out;
}

// LLaVA's own default tower, for a file without any vision_config.
vision_config llava_tower() {
    return {.hidden = 1024, .intermediate = 4096, .layers = 24, .heads = 16, .image_size = 336, .patch_size = 14};
}

// -1 stands for "none", as in older LLaMA files.
void read_token(json_field const& from, std::string_view key, int vocabulary, int& into) {
    auto const given = from.find(key);
    if (!given) return;
    if (!given->value().is_array()) {
        into = given->small_integer(-1, vocabulary - 1);
        return;
    }
    if (given->size() != 1) given->fail("expected one token, found a list of " + std::to_string(given->size()));
    into = given->at(std::size_t{0}).small_integer(-1, vocabulary - 1);
}

void read_tokens(json_field const& from, config& out) {
    read_token(from, "bos_token_id", out.text.vocabulary, out.bos);
    read_token(from, "eos_token_id", out.text.vocabulary, out.eos);
    read_token(from, "pad_token_id", out.text.vocabulary, out.pad);
}

void read_image_use(json_field const& root, config& out) {
    int const vocabulary = out.text.vocabulary;
    out.image_token = vocabulary > out.image_token ? out.image_token : -1;
    read(root, "image_token_id", out.image_token, 0, vocabulary - 1);
    read(root, "image_token_index", out.image_token, 0, vocabulary - 1);
    if (out.image_token < 0)
        throw error(exit_code::bad_data, root.file(), "image_token_index",
                    "missing, and the default 32000 is outside the vocabulary");
    int const states = out.vision.layers + 1;
    if (auto const layer = root.find("vision_feature_layer"); layer && layer->value().is_array()) {
        if (layer->size() != 1) layer->fail("expected one layer, found a list of " + std::to_string(layer->size()));
        out.select_layer = layer->at(std::size_t{0}).small_integer(-states, states - 1);
    } else {
        read(root, "vision_feature_layer", out.select_layer, -states, states - 1);
    }
    std::string strategy = "default";
    read(root, "vision_feature_select_strategy", strategy, {"default", "full"});
    out.drop_cls = strategy == "default";
    read(root, "projector_hidden_act", out.projector_activation, {"gelu", "quick_gelu", "gelu_pytorch_tanh"});
    require(root, "multimodal_projector_bias", true);
}

void warn_of_code(json_field const& from, config& out) {
    if (!from.find("auto_map")) return;
    std::string const name = (from.name().empty() ? "" : from.name() + ".") + "auto_map";
    out.warnings.push_back(
        error(exit_code::bad_data, from.file(), name, "is ignored: code of a model is never run").what());
}

}   // namespace

config read_config(std::filesystem::path const& model_dir) {
    auto const document = json_document::read(model_dir / "config.json");
    json_field const root = document->root();
    std::string kind;
    read(root.object(), "model_type", kind, {"llava"});
    if (kind.empty()) throw error(exit_code::bad_data, root.file(), "model_type", "missing");
    config out;
    auto const vision = root.find("vision_config");
    auto const text = root.find("text_config");
    out.vision = vision ? read_vision(*vision) : llava_tower();
    out.text = text ? read_text(*text) : text_config{};
    bool tied = false;
    read(root, "tie_word_embeddings", tied);
    out.text.tie_embeddings = out.text.tie_embeddings || tied;
    read_image_use(root, out);
    if (text) read_tokens(*text, out);
    read_tokens(root, out);
    for (auto const& part : {std::optional(root), vision, text}) {
        if (part) warn_of_code(*part, out);
    }
    auto const generation = model_dir / "generation_config.json";
    if (std::error_code ignored; std::filesystem::exists(generation, ignored)) {
        auto const second = json_document::read(generation);
        read_tokens(second->root().object(), out);
    }
    return out;
}

}   // namespace llava::io
