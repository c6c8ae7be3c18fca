// SPDX-License-Identifier: MIT
// config.json, generation_config.json and preprocessor_config.json.
#include <llava/io/config.hpp>

#include <algorithm>
#include <cmath>

#include "fuzz.hpp"

namespace {

using fuzz::require;

void check(llava::io::config const& read) {
    auto const& [vision, text] = std::tie(read.vision, read.text);
    require(vision.hidden % vision.heads == 0, "vision heads share its width");
    require(vision.patch_size >= 1 && vision.image_size % vision.patch_size == 0, "patches tile the picture");
    require(text.hidden % text.heads == 0 && text.heads % text.kv_heads == 0, "heads share width and keys");
    require(text.head_dim >= 2 && text.head_dim % 2 == 0, "rotary pairs");
    require(read.image_token >= 0 && read.image_token < text.vocabulary, "the image token is a word");
    require(std::abs(2 * read.select_layer + 1) <= 2 * vision.layers + 1, "the selected layer exists");
    for (int const token : {read.bos, read.eos, read.pad})
        require(token >= -1 && token < text.vocabulary, "special tokens are words or absent");
    for (float const each : {vision.layer_norm_eps, text.rms_norm_eps, text.rope_theta})
        require(std::isfinite(each) && each > 0.0f, "numbers that are divided by are positive");
}

void check(llava::io::preprocessor const& read) {
    for (int const size : {read.shortest_edge, read.crop_width, read.crop_height})
        require(size >= 1 && size <= 1024, "sizes from 1 to 1024");
    for (std::size_t c = 0; c < 3; ++c)
        require(std::isfinite(read.mean[c]) && std::isfinite(1.0f / read.std[c]), "colours stay finite");
    require(std::isfinite(read.rescale_factor) && read.rescale_factor > 0.0, "a positive factor");
}

void run(std::string_view bytes) {
    static fuzz::folder const folder;
    auto const files = fuzz::parts(bytes, 3);
    folder.write("config.json", files[0]);
    folder.write("generation_config.json", files[1].empty() ? "{}" : files[1]);
    folder.write("preprocessor_config.json", files[2]);
    fuzz::accepts([] { check(llava::io::read_config(folder.path())); });
    fuzz::accepts([] { check(llava::io::read_preprocessor(folder.path())); });
}

std::vector<std::string> seeds() {
    auto const of = [](char const* name) { return fuzz::contents(std::string("examples/tiny_llava/model/") + name); };
    return {
        fuzz::joined({of("config.json"), of("generation_config.json"), of("preprocessor_config.json")}),
        fuzz::joined({R"({"model_type":"llava","image_token_index":31999,"vision_feature_layer":[-2],"text_config":)"
                      R"({"rope_parameters":{"rope_type":"default","rope_theta":1e4},"eos_token_id":[2]}})",
                      R"({"pad_token_id":0})",
                      R"({"size":{"shortest_edge":336},"crop_size":336,"image_processor_type":)"
                      R"("LlavaImageProcessorFast","do_pad":true,"image_std":[1,1,1],"rescale_factor":0.5})"})};
}

fuzz::target const here("config", run, seeds);

}   // namespace
