// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

namespace llava::io {

/// The CLIP tower, as vision_config gives it.
struct vision_config {
    int hidden = 768, intermediate = 3072, layers = 12, heads = 12, image_size = 224, patch_size = 32;
    float layer_norm_eps = 1e-5f;
    std::string activation = "quick_gelu";   // quick_gelu | gelu
};

/// The LLaMA decoder, as text_config gives it.
struct text_config {
    int hidden = 4096, intermediate = 11008, layers = 32, heads = 32, kv_heads = 32, head_dim = 128, vocabulary = 32000,
        max_positions = 2048;
    float rms_norm_eps = 1e-6f, rope_theta = 10000.0f;
    bool tie_embeddings = false;
};

struct config {
    vision_config vision;
    text_config text;
    int image_token = 32000;
    int select_layer = -2;   // index into the hidden states 0 (embeddings) .. layers; negative counts from the end
    bool drop_cls = true;    // vision_feature_select_strategy "default"
    std::string projector_activation = "gelu";   // gelu | quick_gelu | gelu_pytorch_tanh
    int bos = 1, eos = 2, pad = -1;              // pad -1: none
    std::vector<std::string> warnings;   // what the file asks for and is not done: a line each, naming file and field
};

/// config.json of a LLaVA model, every number checked, absent keys as transformers fills them in (a sparse text_config is a 7B
/// LLaMA); then generation_config.json, if there, for the three special tokens. An auto_map, which names code in the model's folder,
/// is passed over with a warning: no such code is ever run.
///
/// errors  no_input if config.json is absent; bad_data naming the field otherwise, also for what this engine does not do
config read_config(std::filesystem::path const& model_dir);

struct preprocessor {
    int shortest_edge = 224;
    int crop_height = 224, crop_width = 224;
    bool do_resize = true, do_center_crop = true, do_rescale = true, do_normalize = true;
    bool pad_to_square = false;   // before all else, with the mean colour, as LLaVA-1.5 was trained
    double rescale_factor = 1.0 / 255.0;
    std::array<float, 3> mean{0.48145466f, 0.4578275f, 0.40821073f}, std{0.26862954f, 0.26130258f, 0.27577711f};
};

/// preprocessor_config.json, or the image_processor of processor_config.json (where transformers 5 writes it).
preprocessor read_preprocessor(std::filesystem::path const& model_dir);

}   // namespace llava::io
