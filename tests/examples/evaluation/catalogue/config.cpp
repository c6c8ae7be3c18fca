// SPDX-License-Identifier: MIT
#include "catalogue.hpp"

using namespace catalogue;   // NOLINT: helpers of the tests

namespace {

// A number as text, refused under its own name unless another is given.
struct value {
    char const* pointer;
    std::vector<std::string> texts;
    char const* says;
};

void check_values(std::string_view file, std::vector<value> const& values) {
    std::string const good = model_file(file);
    std::vector<entry> cases;
    for (auto const& [pointer, texts, says] : values) {
        for (std::string const& text : texts)
            cases.push_back({std::string(pointer) + " " + text, with(good, pointer, text), says});
    }
    check_cases(model_folder(), file, cases);
}

std::string const not_json = "not valid JSON", range = "number out of range";

}   // namespace

TEST_CASE("catalogue: config.json, not an object of its own keys", "[catalogue]") {
    std::string const good = model_file("config.json");
    check_cases(model_folder(), "config.json",
                {{"empty", "", "the file is empty"},
                 {"list", "[]", "expected an object, found an array"},
                 {"comment", "/* */" + good, not_json},
                 {"trailing comma", good.substr(0, good.rfind('}')) + ",}", not_json},
                 {"duplicate key", "{\"model_type\":\"llava\"," + good.substr(1), "key \"model_type\" is given twice"},
                 {"cut", good.substr(0, good.size() / 2), not_json},
                 {"BOM", "\xEF\xBB\xBF" + good, ""},
                 {"CRLF, no final newline", "{\r\n" + good.substr(1, good.rfind('}')), ""}});
    check_cases(model_folder(), "config.json", foreign_files());
    INFO("auto_map ignored");
    model_folder const model;
    model.replace("config.json", with(good, "/auto_map", R"({"AutoModel":"evil.Model"})"));
    auto const warned = [](auto const& call) { return support::captured(STDERR_FILENO, call); };
    std::string const warning =
        "causalmm-eval: warning: config.json: auto_map: is ignored: code of a model is never run\n";
    CHECK(warned([&] { CHECK(model.check().what == ""); }) == warning);
    CHECK(warned([&] { evaluation::llava_engine().open(model.path(), {"greedy"}, {}); }) == warning);
}

TEST_CASE("catalogue: config.json, numbers", "[catalogue]") {
    std::vector<std::string> const no_count = {"0", "-4", "4.5", "\"4\"", "true", "null", "2147483648", "1e300"};
    check_values(
        "config.json",
        {{"/text_config/num_attention_heads", no_count, "text_config.num_attention_heads: "},
         {"/text_config/num_attention_heads", {"3"}, "is not a multiple of num_attention_heads 3"},
         {"/text_config/num_key_value_heads", {"0"}, "text_config.num_key_value_heads: "},
         {"/text_config/num_key_value_heads", {"3", "8"}, "is not a multiple of num_key_value_heads"},
         {"/text_config/hidden_size", {"0", "1099511627776"}, "text_config.hidden_size: "},
         {"/text_config/hidden_size", {"32"}, "hidden_size 32 is not a multiple"},
         {"/text_config/num_hidden_layers", {"0", "-1", "1000000000"}, "text_config.num_hidden_layers: "},
         {"/text_config/vocab_size", {"0", "1", "1099511627776"}, "text_config.vocab_size: "},
         {"/text_config/rms_norm_eps", {"0", "-1e-5", "\"1e-5\"", "-0", "1e-400"}, "text_config.rms_norm_eps: "},
         {"/text_config/rms_norm_eps", {"NaN", "Infinity", "0x10", "01"}, "not valid JSON"},
         {"/text_config/rms_norm_eps", {"1e400"}, "number out of range"},
         {"/text_config/rope_theta", {"0", "-1"}, "text_config.rope_theta: "},
         {"/text_config/max_position_embeddings", {"0", "-1", "1099511627776"}, "max_position_embeddings: "},
         {"/vision_config/patch_size", {"0", "-14"}, "vision_config.patch_size: "},
         {"/vision_config/patch_size", {"13", "29"}, "is not a multiple of patch_size"},
         {"/vision_config/image_size", {"0", "2147483648"}, "vision_config.image_size: "},
         {"/vision_config/image_size", {"27"}, "image_size 27 is not a multiple"},
         {"/vision_config/num_hidden_layers", {"0"}, "vision_config.num_hidden_layers: "},
         {"/image_token_index", {"-1", "896", "2147483648"}, "image_token_index: "},
         {"/vision_feature_layer", {"-99", "99"}, "vision_feature_layer: "},
         {"/model_type", {"\"nope\"", "5", "null"}, "model_type: "}});
    // A legal number that the weights do not fit.
    model_folder const model;
    model.replace("config.json", with(model_file("config.json"), "/vision_config/patch_size", "1"));
    check_refusal(model.check(), "model.safetensors", {"patch 1", "", "patch_embedding"});
}

TEST_CASE("catalogue: preprocessor_config.json", "[catalogue]") {
    check_values("preprocessor_config.json", {{"/image_mean", {"[0.5,0.5]"}, "image_mean: expected 3 numbers, found 2"},
                                              {"/image_std", {"[0,0,0]"}, "image_std[0]: "},
                                              {"/image_std", {"\"x\""}, "image_std: expected an array"},
                                              {"/size", {"{}"}, "size.shortest_edge: missing"},
                                              {"/size/shortest_edge", {"0", "10000000"}, "size.shortest_edge: "},
                                              {"/crop_size/height", {"-1"}, "crop_size.height: "},
                                              {"/rescale_factor", {"0"}, "rescale_factor: "},
                                              {"/resample", {"2"}, "resample: "}});
    check_cases(model_folder(), "preprocessor_config.json",
                {{"empty", "", "the file is empty"}, {"list", "[]", "expected an object"}});
}
