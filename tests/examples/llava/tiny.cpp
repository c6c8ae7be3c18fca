// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>
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
            llava::answer const got =
                llava::ask(model, greedy, picture, question->root().object().at("text").text(), {.max_new_tokens = 8});
            CHECK(got.text == answer->root().object().at("answer").text());
            CHECK(got.yes_margin == Approx(answer->root().object().at("margin").number()).margin(1e-3));
        }
    }
}
