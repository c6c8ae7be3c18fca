// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include <llava/answer.hpp>
#include <llava/io/image.hpp>
#include <llava/io/json.hpp>
#include <llava/method.hpp>
#include <llava/model.hpp>

#include "catch.hpp"

namespace {

std::filesystem::path const folder = std::filesystem::path(CAUSALMM_SOURCE_DIR) / "examples/tiny_llava";

std::vector<std::string> lines(std::filesystem::path const& file, std::size_t count) {
    std::ifstream in(file);
    std::vector<std::string> result;
    for (std::string line; result.size() < count && std::getline(in, line);) { result.push_back(line); }
    return result;
}

}   // namespace

// Expected: answers and margins that evaluate.py got from PyTorch in float32, printed to four decimals.
TEST_CASE("tiny_llava: the embedded model answers as it does in PyTorch", "[llava]") {
    llava::model const model = llava::model::open(folder / "model", 1);
    llava::method const greedy = llava::parse_method("greedy");
    for (std::string const split : {"random", "popular", "adversarial"}) {
        auto const questions = lines(folder / "pope" / (split + ".jsonl"), 40);
        auto const expected = lines(folder / "pope/expected" / (split + ".jsonl"), 40);
        REQUIRE(questions.size() == 40);
        REQUIRE(expected.size() == 40);
        for (std::size_t i = 0; i < questions.size(); ++i) {
            INFO(split << " question " << i + 1);
            auto const question = llava::io::json_document::parse(questions[i], "questions");
            auto const answer = llava::io::json_document::parse(expected[i], "expected");
            auto const picture =
                llava::io::read_image(folder / "pope/images" / question->root().object().at("image").text());
            llava::answer const got = llava::ask(model, greedy, picture, question->root().object().at("text").text(),
                                                 {.max_new_tokens = 8, .wants_margin = true});
            CHECK(got.text == answer->root().object().at("answer").text());
            CHECK(got.yes_margin == Approx(answer->root().object().at("margin").number()).margin(1e-3));
        }
    }
}

namespace {

struct asked {
    llava::io::image picture;
    std::string text;
};

/// Every `stride`th question of a split.
std::vector<asked> slice(std::string const& split, std::size_t stride, std::size_t count) {
    auto const all = lines(folder / "pope" / (split + ".jsonl"), stride * count);
    std::vector<asked> result;
    for (std::size_t i = 0; i < all.size(); i += stride) {
        auto const question = llava::io::json_document::parse(all[i], "questions");
        auto const root = question->root().object();
        result.push_back(
            {llava::io::read_image(folder / "pope/images" / root.at("image").text()), root.at("text").text()});
    }
    return result;
}

}   // namespace

TEST_CASE("tiny_llava: answers depend on neither schedule nor attention, greedy or drawn, forked at any layer",
          "[llava]") {
    llava::model const model = llava::model::open(folder / "model", 1);
    std::vector<std::string> methods{"causalmm:vision=shuffled,language=reversed,epsilon=0.1",
                                     "causalmm:vision=random,language=random,epsilon=0.01,temperature=1,gamma=2",
                                     "released:epsilon=0.3", "vcd:epsilon=0.1"};
    for (std::int64_t layer = 0; layer < model.language().layers(); ++layer) {
        std::string const at = "causalmm:language=uniform,epsilon=0.05,language_layers=" + std::to_string(layer);
        methods.push_back(at);
        methods.push_back(at + ",temperature=1");
    }
    for (std::int64_t layer = 0; layer < model.vision().layers(); ++layer) {
        methods.push_back("causalmm:vision=shuffled,epsilon=0.05,vision_layers=" + std::to_string(layer));
    }
    std::vector<asked> questions = slice("adversarial", 97, 6);
    questions.push_back({questions[0].picture, "Please describe this image in detail."});
    llava::any_schedule const schedules[] = {causalmm::decode::sequential{}, causalmm::decode::batched{},
                                             causalmm::decode::lazy<>{},
                                             causalmm::decode::lazy<>{.inner = {}, .ride = 1.0}};
    causalmm::decode::contrast_counts all;
    for (std::string const& text : methods) {
        llava::method const by = llava::parse_method(text);
        for (std::size_t i = 0; i < questions.size(); ++i) {
            INFO(text << ", question " << i);
            llava::answer_options options{.max_new_tokens = 16, .seed = 1, .sample = i, .schedule = schedules[0]};
            llava::answer const expected = llava::ask(model, by, questions[i].picture, questions[i].text, options);
            all.needed += expected.contrasts.needed;
            all.skipped += expected.contrasts.skipped;
            for (llava::any_schedule const& other : std::span{schedules}.subspan(1)) {
                options.schedule = other;
                llava::answer const found = llava::ask(model, by, questions[i].picture, questions[i].text, options);
                CHECK(found.tokens == expected.tokens);
                CHECK(found.contrasts == expected.contrasts);
            }
            options.schedule = schedules[i % std::size(schedules)];
            options.attention = llava::attention_form::materialized;
            CHECK(llava::ask(model, by, questions[i].picture, questions[i].text, options).tokens == expected.tokens);
        }
    }
    CHECK(all.needed > 50);   // both kinds of steps were met
    CHECK(all.skipped > 50);
}
