// SPDX-License-Identifier: MIT
#include <evaluation/llava_engine.hpp>

#include <array>
#include <cstring>
#include <thread>

#include "catch.hpp"
#include "support.hpp"

using evaluation::answerer;
using evaluation::computation;
using evaluation::reply;
using evaluation::request;

namespace {

std::filesystem::path const tiny = std::filesystem::path(CAUSALMM_SOURCE_DIR) / "examples/tiny_llava";

std::vector<std::string> const methods = {"greedy", "causalmm:vision=reversed,language=uniform",
                                          "causalmm:vision=shuffled,language=random,temperature=1"};

std::unique_ptr<answerer> open(std::string const& prefixes) {
    return evaluation::llava_engine().open(tiny / "model", methods, {.prefixes = prefixes});
}

// Questions about three pictures and none, each of its own sample.
std::vector<request> questions() {
    std::vector<request> all;
    for (std::string const picture : {"scene_000000.png", "scene_000001.png", "scene_000002.png", ""}) {
        for (std::string const thing : {"dog", "car"}) {
            all.push_back({.image = picture.empty() ? "" : tiny / "pope/images" / picture,
                           .prompt = "Is there a " + thing + " in the image?",
                           .seed = 3,
                           .sample = all.size(),
                           .max_new_tokens = 4});
        }
    }
    return all;
}

bool same(reply const& one, reply const& other) {
    return one.text == other.text && std::memcmp(&one.margin, &other.margin, sizeof(float)) == 0 &&
           one.needed == other.needed && one.skipped == other.skipped;
}

// What each method says to each question when every question is asked alone.
std::vector<std::vector<reply>> const& alone() {
    static auto const all = [] {
        auto const separate = open("separate");
        std::vector<std::vector<reply>> replies(methods.size());
        for (std::size_t m = 0; m < methods.size(); ++m) {
            for (auto const& each : questions()) replies[m].push_back(separate->ask(m, each));
        }
        return replies;
    }();
    return all;
}

}   // namespace

TEST_CASE("llava engine: an answer does not depend on what was asked before it", "[evaluation]") {
    auto const all = questions();
    auto const shared = open("shared");
    auto const check = [&](std::size_t method, std::size_t question) {
        INFO(methods[method] << ", question " << question);
        CHECK(same(shared->ask(method, all[question]), alone()[method][question]));
    };
    for (std::size_t m = 0; m < methods.size(); ++m) {   // picture by picture, then the pictures in turn
        for (std::size_t q = 0; q < all.size(); ++q) check(m, q);
        for (std::size_t q = 0; q < all.size(); ++q) check(m, (3 * q) % all.size());
    }
    for (std::size_t q = 0; q < all.size(); ++q) {   // the same picture, another method
        for (std::size_t m = 0; m < methods.size(); ++m) check(m, q);
    }
    for (std::size_t m = 0; m + 1 < methods.size(); ++m) CHECK_FALSE(same(alone()[m][0], alone()[m + 1][0]));
}

TEST_CASE("llava engine: an answer does not depend on what other threads ask", "[evaluation]") {
    auto const all = questions();
    auto const shared = open("shared");
    std::array<std::vector<reply>, 4> found;
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < found.size(); ++t) {
            threads.emplace_back([&, t] {
                for (std::size_t q = 0; q < all.size(); ++q)
                    found[t].push_back(shared->ask(t % methods.size(), all[(q + t) % all.size()]));
            });
        }
    }
    for (std::size_t t = 0; t < found.size(); ++t) {
        for (std::size_t q = 0; q < all.size(); ++q)
            CHECK(same(found[t][q], alone()[t % methods.size()][(q + t) % all.size()]));
    }
}

TEST_CASE("llava engine: a picture that cannot be read is told, and the one before it is known no more",
          "[evaluation]") {
    auto const all = questions();
    auto const shared = open("shared");
    shared->ask(0, all[0]);
    auto absent = all[1];
    absent.image = "absent.png";
    CHECK(support::thrown_by([&] { shared->ask(0, absent); }).code == 66);
    CHECK(support::thrown_by([&] { shared->ask(0, absent); }).code == 66);
    CHECK(same(shared->ask(0, all[1]), alone()[0][1]));
}

TEST_CASE("llava engine: how answers are computed is known by name", "[evaluation]") {
    auto const code = [](computation const& by) {
        return support::thrown_by([&] { evaluation::llava_engine().check_computation(by); });
    };
    CHECK(code({}).code == 0);
    CHECK(code({.prefixes = "separate"}).code == 0);
    CHECK(code({.prefixes = "both"}).what == "--prefixes: \"both\" is unknown; there are shared, separate");
    CHECK(code({.schedule = "both"}).code == 64);
    CHECK(code({.attention = "both"}).code == 64);
}

TEST_CASE("llava engine: what a model has not is known from its configuration alone", "[evaluation]") {
    // LLaVA-1.5-7B: 32 layers of 32 heads; its vision tower has 24 of 16, the last of which does not run.
    support::temporary_folder const folder;
    support::write_file(folder / "config.json", R"({"model_type": "llava", "image_token_index": 32000,
        "text_config": {"model_type": "llama", "vocab_size": 32064}, "vision_feature_layer": -2,
        "vision_config": {"model_type": "clip_vision_model", "hidden_size": 1024, "intermediate_size": 4096,
        "num_hidden_layers": 24, "num_attention_heads": 16, "image_size": 336, "patch_size": 14}})");
    auto const said = [&](std::string const& method) {
        auto const check = [&] { evaluation::llava_engine().check_fit(folder.path(), {"greedy", method}); };
        return support::thrown_by(check);
    };
    CHECK(said("causalmm:vision=reversed,vision_layers=22-22,vision_heads=15-15").what == "");
    CHECK(said("causalmm:language=reversed,language_layers=31-31,language_heads=31-31").what == "");
    CHECK(said("causalmm:vision=reversed,vision_layers=22-23").what ==
          "method: vision_layers ends at 23, the model's are 0-22");
    CHECK(said("causalmm:vision=reversed,vision_heads=16-16").code == 64);
    CHECK(said("causalmm:language=reversed,language_layers=32-32").code == 64);
    CHECK(said("causalmm:language=reversed,language_heads=32-32").code == 64);
    std::filesystem::remove(folder / "config.json");
    CHECK(said("greedy").code == 66);
}

TEST_CASE("llava engine: its methods are known by name", "[evaluation]") {
    auto const engine = evaluation::llava_engine();
    CHECK(engine.names ==
          std::vector<std::string_view>{"greedy", "sample", "plausible", "causalmm", "released", "vcd"});
}
