// SPDX-License-Identifier: MIT
#include <llava/io/config.hpp>

#include <string>

#include "catch.hpp"
#include "support.hpp"

using support::failure;
using support::folder;
using support::names;
using support::replace;
namespace io = llava::io;

namespace {

// The form of the hub's llava-1.5-7b-hf: most of text_config is left to the defaults.
std::string const sparse =
    R"({"architectures":["LlavaForConditionalGeneration"],"ignore_index":-100,"image_token_index":32000,"model_type":"llava",
"pad_token_id":32001,"projector_hidden_act":"gelu","text_config":{"_name_or_path":"x","max_position_embeddings":4096,"model_type":"llama",
"rms_norm_eps":1e-05,"torch_dtype":"float16","vocab_size":32064},"tie_word_embeddings":false,"vision_config":{"hidden_size":1024,
"image_size":336,"intermediate_size":4096,"model_type":"clip_vision_model","num_attention_heads":16,"num_hidden_layers":24,"patch_size":14,
"projection_dim":768,"vocab_size":32000},"vision_feature_layer":-2,"vision_feature_select_strategy":"default","vocab_size":32064})";

// The form transformers 5.23 writes.
std::string const full =
    R"({"dtype":"float32","image_seq_length":576,"image_token_index":99,"model_type":"llava","multimodal_projector_bias":true,
"projector_hidden_act":"gelu","text_config":{"attention_bias":false,"attention_dropout":0.0,"bos_token_id":1,"eos_token_id":2,"head_dim":8,
"hidden_act":"silu","hidden_size":16,"intermediate_size":32,"max_position_embeddings":2048,"mlp_bias":false,"model_type":"llama",
"num_attention_heads":4,"num_hidden_layers":3,"num_key_value_heads":2,"pad_token_id":null,"rms_norm_eps":1e-06,"rope_parameters":
{"rope_theta":50000.0,"rope_type":"default"},"tie_word_embeddings":false,"vocab_size":100},"tie_word_embeddings":false,
"vision_config":{"hidden_act":"quick_gelu","hidden_size":12,"image_size":28,"intermediate_size":24,"layer_norm_eps":1e-05,
"model_type":"clip_vision_model","num_attention_heads":3,"num_channels":3,"num_hidden_layers":2,"patch_size":14},
"vision_feature_layer":-2,"vision_feature_select_strategy":"default"})";

io::config reading(std::string const& text, std::string const& generation = "") {
    folder const model;
    model.write("config.json", text);
    if (!generation.empty()) model.write("generation_config.json", generation);
    return io::read_config(model.path());
}

bool refused(std::string_view from, std::string_view to, std::initializer_list<std::string_view> all) {
    std::string const changed = replace(full, from, to);
    INFO(to);
    if (changed == full) return false;
    auto const why = failure([&] { return reading(changed).image_token; });
    UNSCOPED_INFO(why.value_or("accepted"));
    return names(why, 65, {"config.json: "}) && names(why, 65, all);
}

}   // namespace

TEST_CASE("config: a sparse file is filled in as transformers does", "[llava][io]") {
    io::config const read = reading(sparse, R"({"bos_token_id":1,"eos_token_id":2,"pad_token_id":32001})");
    CHECK(read.text.hidden == 4096);
    CHECK(read.text.intermediate == 11008);
    CHECK(read.text.layers == 32);
    CHECK(read.text.heads == 32);
    CHECK(read.text.kv_heads == 32);
    CHECK(read.text.head_dim == 128);
    CHECK(read.text.vocabulary == 32064);
    CHECK(read.text.max_positions == 4096);
    CHECK(read.text.rms_norm_eps == 1e-5f);
    CHECK(read.text.rope_theta == 10000.0f);
    CHECK_FALSE(read.text.tie_embeddings);
    CHECK(read.vision.hidden == 1024);
    CHECK(read.vision.layers == 24);
    CHECK(read.vision.activation == "quick_gelu");
    CHECK(read.vision.layer_norm_eps == 1e-5f);
    CHECK(read.image_token == 32000);
    CHECK(read.select_layer == -2);
    CHECK(read.drop_cls);
    CHECK(read.projector_activation == "gelu");
    CHECK(read.bos == 1);
    CHECK(read.eos == 2);
    CHECK(read.pad == 32001);
}

TEST_CASE("config: a file without the two parts is LLaVA-1.5-7B on a 32000-word LLaMA but for the image token",
          "[llava][io]") {
    io::config const read = reading(R"({"model_type":"llava","image_token_index":31999})");
    CHECK(read.vision.image_size == 336);
    CHECK(read.vision.patch_size == 14);
    CHECK(read.vision.heads == 16);
    CHECK(read.text.vocabulary == 32000);
    CHECK(names(failure([] { return reading(R"({"model_type":"llava"})").eos; }), 65,
                {"config.json: image_token_index"}));
}

TEST_CASE("config: every number of a full file is taken over", "[llava][io]") {
    io::config const read = reading(full);
    CHECK(read.text.hidden == 16);
    CHECK(read.text.heads == 4);
    CHECK(read.text.kv_heads == 2);
    CHECK(read.text.head_dim == 8);
    CHECK(read.text.rope_theta == 50000.0f);
    CHECK(read.vision.heads == 3);
    CHECK(read.image_token == 99);
    CHECK(read.pad == -1);
    CHECK(reading(replace(full, R"("rope_parameters":
{"rope_theta":50000.0,"rope_type":"default"})",
                          R"("rope_theta":7000,"rope_scaling":null)"))
              .text.rope_theta == 7000.0f);
    CHECK(reading(replace(full, R"("tie_word_embeddings":false,"vocab)", R"("tie_word_embeddings":true,"vocab)"))
              .text.tie_embeddings);
    CHECK(reading(replace(full, R"("select_strategy":"default")", "")).drop_cls);
    CHECK_FALSE(reading(replace(full, R"(strategy":"default")", R"(strategy":"full")")).drop_cls);
    CHECK(reading(replace(full, R"("vision_feature_layer":-2)", R"("vision_feature_layer":[1])")).select_layer == 1);
    CHECK(reading(full, R"({"eos_token_id":[7]})").eos == 7);
    CHECK(reading(replace(full, "\"num_key_value_heads\":2,", "")).text.kv_heads == 4);
    CHECK(reading(replace(full, "\"head_dim\":8,", "")).text.head_dim == 4);
}

TEST_CASE("config: numbers out of range or of the wrong type are refused by name", "[llava][io]") {
    for (std::string const bad : {"0", "-4", "3", "4.5", "\"4\"", "true", "null", "2147483648", "1e300"}) {
        CHECK(refused("\"num_attention_heads\":4", "\"num_attention_heads\":" + bad, {"num_attention_heads"}));
    }
    for (std::string const bad : {"0", "3", "8"})
        CHECK(refused("heads\":2,", "heads\":" + bad + ",", {"num_key_value_heads"}));
    for (std::string const bad : {"0", "30", "1099511627776"})
        CHECK(refused("\"hidden_size\":16", "\"hidden_size\":" + bad, {"text_config", "hidden_size"}));
    for (std::string const bad : {"0", "-1", "1000000000"})
        CHECK(refused("\"num_hidden_layers\":3", "\"num_hidden_layers\":" + bad, {"text_config.num_hidden_layers"}));
    for (std::string const bad : {"0", "1", "1099511627776"})
        CHECK(refused("\"vocab_size\":100", "\"vocab_size\":" + bad, {"text_config.vocab_size"}));
    for (std::string const bad : {"0", "-1e-6", "\"1e-6\"", "-0"})
        CHECK(refused("\"rms_norm_eps\":1e-06", "\"rms_norm_eps\":" + bad, {"text_config.rms_norm_eps"}));
    for (std::string const bad : {"NaN", "Infinity", "1e400", "0x10", "01"})
        CHECK(refused("\"rms_norm_eps\":1e-06", "\"rms_norm_eps\":" + bad, {}));
    for (std::string const bad : {"0", "-1"}) CHECK(refused("50000.0", bad, {"rope_parameters.rope_theta"}));
    for (std::string const bad : {"0", "-1", "1099511627776"}) CHECK(refused("2048", bad, {"max_position_embeddings"}));
    for (std::string const bad : {"0", "-14", "13", "29"})
        CHECK(refused("\"patch_size\":14", "\"patch_size\":" + bad, {"vision_config", "patch_size"}));
    CHECK(refused("\"image_size\":28,\"inter", "\"image_size\":336,\"patch_size\":1,\"inter", {"twice"}));
    for (std::string const bad : {"0", "27", "2147483648"})
        CHECK(refused("\"image_size\":28", "\"image_size\":" + bad, {"vision_config", "image_size"}));
    CHECK(refused("\"num_hidden_layers\":2", "\"num_hidden_layers\":0", {"vision_config.num_hidden_layers"}));
    for (std::string const bad : {"-1", "100", "2147483648", "null"})
        CHECK(refused("index\":99", "index\":" + bad, {"image_token_index"}));
    for (std::string const bad : {"-99", "99", "3", "[1,2]", "\"-2\""})
        CHECK(refused("layer\":-2", "layer\":" + bad, {"vision_feature_layer"}));
    CHECK(refused("\"eos_token_id\":2", "\"eos_token_id\":100", {"text_config.eos_token_id"}));
    CHECK(refused("\"eos_token_id\":2", "\"eos_token_id\":[2,3]", {"text_config.eos_token_id"}));
    CHECK(refused("\"head_dim\":8", "\"head_dim\":7", {"head_dim"}));
}

TEST_CASE("config: code that a file names is passed over with a warning", "[llava][io]") {
    CHECK(reading(full).warnings.empty());
    CHECK(reading(replace(full, "{", R"({"auto_map":null,)")).warnings.empty());
    std::string const map = R"("auto_map":{"AutoModel":"evil--evil.Model"},)";
    std::string const rest = "auto_map: is ignored: code of a model is never run";
    CHECK(reading(replace(full, "{", "{" + map)).warnings == std::vector{"config.json: " + rest});
    auto const inside = replace(full, "\"text_config\":{", "\"text_config\":{" + map);
    CHECK(reading(inside).warnings == std::vector{"config.json: text_config." + rest});
}

TEST_CASE("config: other architectures are refused, not approximated", "[llava][io]") {
    for (std::string const bad : {"\"nope\"", "5", "null"})
        CHECK(refused("\"model_type\":\"llava\"", "\"model_type\":" + bad, {"model_type"}));
    CHECK(refused("\"model_type\":\"llava\",", "", {"model_type", "missing"}));
    CHECK(refused("\"model_type\":\"llama\"", "\"model_type\":\"mistral\"", {"text_config.model_type", "mistral"}));
    CHECK(refused("clip_vision_model", "siglip_vision_model", {"vision_config.model_type"}));
    CHECK(refused("\"rope_type\":\"default\"", "\"rope_type\":\"llama3\"", {"rope_type", "llama3"}));
    CHECK(refused("\"attention_bias\":false", "\"attention_bias\":true", {"attention_bias"}));
    CHECK(refused("\"silu\"", "\"relu\"", {"text_config.hidden_act"}));
    CHECK(refused("projector_bias\":true", "projector_bias\":false", {"multimodal_projector_bias"}));
    CHECK(refused("\"num_channels\":3", "\"num_channels\":1", {"num_channels"}));
    CHECK(refused("{\"attention_bias\"", "[{\"attention_bias\"", {}));
    for (std::string const bad : {"", "[]", "{\"model_type\":\"llava\",}", "5", "// x\n{}"}) {
        INFO(bad);
        CHECK(names(failure([&] { return reading(bad).eos; }), 65, {"config.json: "}));
    }
    folder const empty;
    CHECK(names(failure([&] { return io::read_config(empty.path()).eos; }), 66, {"config.json: "}));
    CHECK(names(failure([] { return reading(full, "[]").eos; }), 65, {"generation_config.json: "}));
}

namespace {

io::preprocessor processing(std::string const& text) {
    folder const model;
    model.write("preprocessor_config.json", text);
    return io::read_preprocessor(model.path());
}

bool refuses(std::string const& text, std::string_view field) {
    auto const why = failure([&] { return processing(text).crop_width; });
    UNSCOPED_INFO(text << " " << why.value_or("accepted"));
    return names(why, 65, {"preprocessor_config.json: ", field});
}

}   // namespace

TEST_CASE("config: the preprocessor of old and new files", "[llava][io]") {
    auto const hub = processing(
        R"({"crop_size":{"height":336,"width":330},"do_center_crop":true,"do_convert_rgb":true,"do_normalize":true,"do_rescale":true,
        "do_resize":true,"image_mean":[0.5,0.25,0.125],"image_processor_type":"CLIPImageProcessor","image_std":[0.5,0.25,0.125],
        "processor_class":"LlavaProcessor","resample":3,"rescale_factor":0.00392156862745098,"size":{"shortest_edge":334}})");
    CHECK(hub.shortest_edge == 334);
    CHECK(hub.crop_height == 336);
    CHECK(hub.crop_width == 330);
    CHECK(hub.mean[2] == 0.125f);
    CHECK(hub.rescale_factor == 1.0 / 255.0);
    CHECK_FALSE(hub.pad_to_square);
    CHECK(processing(R"({"size":224,"crop_size":220,"feature_extractor_type":"CLIPFeatureExtractor"})").crop_height ==
          220);
    CHECK(processing(R"({"do_pad":true,"image_processor_type":"LlavaImageProcessorFast"})").pad_to_square);
    CHECK_FALSE(processing(R"({"do_pad":true,"image_processor_type":"CLIPImageProcessor"})").pad_to_square);
    CHECK(processing("{}").shortest_edge == 224);
    CHECK(processing("{}").mean[0] == 0.48145466f);
    folder const newest;   // both files: transformers 5 prefers the nested one
    newest.write("preprocessor_config.json", R"({"size":{"shortest_edge":10}})");
    newest.write("processor_config.json", R"({"image_processor":{"size":{"shortest_edge":20}},"patch_size":14})");
    CHECK(io::read_preprocessor(newest.path()).shortest_edge == 20);
    newest.write("processor_config.json", R"({"patch_size":14})");
    CHECK(io::read_preprocessor(newest.path()).shortest_edge == 10);
}

TEST_CASE("config: a preprocessor out of range or of another kind is refused by name", "[llava][io]") {
    CHECK(refuses(R"({"image_mean":[0.5,0.5]})", "image_mean"));
    CHECK(refuses(R"({"image_std":[0.5,0,0.5]})", "image_std[1]"));
    CHECK(refuses(R"({"image_std":[0.5,"x",0.5]})", "image_std[1]"));
    for (std::string const bad :
         {"{}", "{\"shortest_edge\":0}", "10000000", "{\"height\":3,\"width\":3}", "[3,3]", "\"3\""})
        CHECK(refuses("{\"size\":" + bad + "}", "size"));
    CHECK(refuses(R"({"crop_size":-1})", "crop_size"));
    CHECK(refuses(R"({"crop_size":{"height":3}})", "crop_size.width"));
    CHECK(refuses(R"({"rescale_factor":0})", "rescale_factor"));
    CHECK(refuses(R"({"resample":2})", "resample"));
    CHECK(refuses(R"({"do_resize":1})", "do_resize"));
    CHECK(refuses(R"({"image_processor_type":"SiglipImageProcessor"})", "image_processor_type"));
    CHECK(refuses("[]", "object"));
    folder const empty;
    CHECK(names(failure([&] { return io::read_preprocessor(empty.path()).crop_width; }), 66,
                {"preprocessor_config.json: "}));
}
