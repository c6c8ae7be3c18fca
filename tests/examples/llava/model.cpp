// SPDX-License-Identifier: MIT
#include <llava/model.hpp>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <llava/io/error.hpp>

#include "catch.hpp"
#include "examples/llava/golden.hpp"

namespace {

// float32 on both sides; sums are formed in another order, and a network of three layers multiplies what that costs.
constexpr double tolerance = 1e-4;

std::vector<float> tower(llava::model const& model) {
    llava::scratch memory;
    std::vector<float> state = model.vision().embed(golden::pixels(model), model.pool());
    model.vision().run(state, 0, model.vision().layers(), {.pool = model.pool(), .memory = memory});
    return state;
}

std::vector<float> logits(llava::model const& model, std::vector<float> rows, llava::kv_cache& cache) {
    llava::llama const& language = model.language();
    llava::scratch memory;
    auto const count = static_cast<std::int64_t>(rows.size()) / language.hidden();
    std::vector<float> result(static_cast<std::size_t>(count * language.vocabulary()));
    llava::pass const call{.pool = model.pool(), .memory = memory};
    llava::piece const one{.cache = &cache, .rows = count};
    for (std::int64_t layer = 0; layer < language.layers(); ++layer) {
        language.run(layer, rows.data(), std::span{&one, 1}, call);
    }
    cache.resize(cache.size() + count);
    language.finish(rows.data(), count, rows.data());
    language.head(rows.data(), count, result.data(), call);
    return result;
}

}   // namespace

TEST_CASE("model: pixels, tower, projection and logits are those of transformers", "[llava]") {
    std::string const name =
        GENERATE(from_range(std::vector<std::string>(std::begin(golden::names), std::end(golden::names))));
    INFO(name);
    golden::expected const wanted = golden::read(name);
    llava::model const model = golden::open(name);

    CHECK(golden::distance(golden::pixels(model), wanted.arrays.at("pixel_values")) < 1e-6);
    CHECK(model.tokenizer().encode(wanted.prompt) == wanted.prompt_ids);
    std::vector<float> const state = tower(model);
    CHECK(golden::distance(state, wanted.arrays.at("tower")) < tolerance);
    std::vector<float> const image = model.project(state);
    CHECK(golden::distance(image, wanted.arrays.at("projected")) < tolerance);
    llava::kv_cache cache = model.language().make_cache(128);
    CHECK(golden::distance(logits(model, model.splice(wanted.prompt_ids, image), cache), wanted.arrays.at("logits")) <
          tolerance);
}

TEST_CASE("model: 32 greedy tokens are those of transformers", "[llava]") {
    std::string const name =
        GENERATE(from_range(std::vector<std::string>(std::begin(golden::names), std::end(golden::names))));
    INFO(name);
    golden::expected const wanted = golden::read(name);
    llava::model const model = golden::open(name);
    llava::kv_cache cache = model.language().make_cache(128);
    std::vector<float> rows = model.splice(wanted.prompt_ids, model.project(tower(model)));
    std::vector<int> found;
    while (found.size() < wanted.greedy.size()) {
        std::vector<float> const all = logits(model, std::move(rows), cache);
        auto const last = all.end() - model.language().vocabulary();
        found.push_back(static_cast<int>(std::max_element(last, all.end()) - last));
        rows.assign(static_cast<std::size_t>(model.language().hidden()), 0.0f);
        model.language().embed(found.back(), rows.data());
    }
    CHECK(found == wanted.greedy);
}

namespace {

/// What opening the model says after `from` has become `to` in one of its files.
std::string complaint(std::string const& file, std::string const& from, std::string const& to) {
    namespace fs = std::filesystem;
    fs::path const copy = fs::temp_directory_path() / ("causalmm_model_" + std::to_string(::getpid()));
    fs::remove_all(copy);
    fs::copy(golden::folder / "plain", copy);
    std::ifstream in{copy / file, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    auto const at = text.find(from);
    REQUIRE(at != std::string::npos);
    std::ofstream{copy / file, std::ios::binary} << text.replace(at, from.size(), to);
    std::string said;
    try {
        (void)llava::model::open(copy, 1);
    } catch (llava::io::error const& problem) {
        said = problem.code == llava::io::exit_code::bad_data ? problem.what() : "another exit code";
    }
    fs::remove_all(copy);
    return said;
}

}   // namespace

TEST_CASE("model: files that disagree are refused, naming what was expected and what was found", "[llava]") {
    using Catch::Contains;
    CHECK_THAT(complaint("config.json", "\"intermediate_size\": 88", "\"intermediate_size\": 96"),
               Contains("mlp.gate_proj.weight") && Contains("(96, 48) expected") && Contains("(88, 48) found"));
    CHECK_THAT(complaint("config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"), Contains("layers.2."));
    CHECK_THAT(complaint("config.json", "\"image_size\": 28", "\"image_size\": 35"), Contains("position_embedding"));
    CHECK_THAT(complaint("preprocessor_config.json", "\"width\": 28", "\"width\": 35"),
               Contains("crop_size.width") && Contains("35") && Contains("28"));
    CHECK_THAT(complaint("config.json", "\"image_token_index\": 309", "\"image_token_index\": 300"),
               Contains("<image>"));
    CHECK_THAT(complaint("model.safetensors", "\"language_model.lm_head.weight\":{\"dtype\":\"F32\"",
                         "\"language_model.lm_head.weight\":{\"dtype\":\"I32\""),
               Contains("lm_head.weight") && Contains("I32"));
}

TEST_CASE("model: a prompt has exactly one image", "[llava]") {
    llava::model const model = golden::open("plain");
    std::vector<float> const image(static_cast<std::size_t>(model.image_rows() * model.language().hidden()));
    int const slot = model.config().image_token;
    std::vector<int> const none{1, 5, 6}, one{1, slot, 6}, two{1, slot, slot};
    CHECK_THROWS_AS(model.splice(none, image), llava::io::error);
    CHECK_THROWS_AS(model.splice(two, image), llava::io::error);
    CHECK_THROWS_AS(model.image_place(two), llava::io::error);
    CHECK(model.image_place(one) == 1);
    CHECK(model.splice(one, image).size() ==
          static_cast<std::size_t>((2 + model.image_rows()) * model.language().hidden()));
}

TEST_CASE("model: tokens are embedded one by one, and foreign ones refused", "[llava]") {
    llava::model const model = golden::open("plain");
    std::vector<float> expected(static_cast<std::size_t>(model.language().hidden()));
    model.language().embed(6, expected.data());
    std::vector<int> const several{5, 6};
    std::vector<float> const rows = model.embed(several);
    CHECK(std::vector<float>(rows.begin() + model.language().hidden(), rows.end()) == expected);
    CHECK(model.embed({}).empty());
    for (int const foreign : {-1, static_cast<int>(model.language().vocabulary())}) {
        CHECK_THROWS_AS(model.embed(std::vector<int>{foreign}), llava::io::error);
    }
}
