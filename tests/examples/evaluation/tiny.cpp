// SPDX-License-Identifier: MIT
// Every benchmark on the answers of the embedded model: asked, written in the official form, read back and scored.
#include <filesystem>
#include <map>
#include <string>

#include <unistd.h>

#include <nlohmann/json.hpp>

#include <evaluation/llava_engine.hpp>
#include <evaluation/run.hpp>
#include <evaluation/score.hpp>

#include "catch.hpp"
#include "support.hpp"

namespace {

std::filesystem::path const tiny = std::filesystem::path(CAUSALMM_SOURCE_DIR) / "examples/tiny_llava";

std::string scored(std::string const& kind, std::filesystem::path const& questions,
                   std::filesystem::path const& answers, std::size_t limit) {
    evaluation::score_options options;
    options.benchmark = kind;
    options.questions = questions;
    options.answers = answers;
    options.format = "json";
    options.limit = limit;
    return support::captured(STDOUT_FILENO, [&] { CHECK(evaluation::score(options) == 0); });
}

}   // namespace

TEST_CASE("tiny: each benchmark's own files give the scores that the kept answers give", "[evaluation]") {
    struct asked {
        char const* kind;
        char const* questions;
        char const* answers;
    };
    std::vector<asked> const tasks = {{"pope", "pope/random.jsonl", "random@greedy.pope.jsonl"},
                                      {"mme", "mme", "mme@greedy.results"},
                                      {"chair", "chair/chair.jsonl", "chair@greedy.captions.jsonl"},
                                      {"vlind", "vlind/vlind.json", "vlind@greedy.data_model.json"}};
    support::temporary_folder const folder;
    evaluation::run_options options;
    options.model = tiny / "model";
    options.images = tiny / "pope/images";
    options.methods = {"greedy", "causalmm:vision=shuffled,language=reversed,gamma=1,epsilon=0.1"};
    options.out = folder / "out";
    options.limit = 12;
    for (auto const& task : tasks) options.tasks.push_back(task.kind + (":" + (tiny / task.questions).native()));
    auto const text =
        support::captured(STDOUT_FILENO, [&] { CHECK(evaluation::run(options, evaluation::llava_engine(), {}) == 0); });
    CHECK_THAT(text, Catch::StartsWith("pope, mme, chair, vlind on model"));
    for (auto const& task : tasks) {
        INFO(task.kind);
        std::filesystem::path const official(task.answers);
        auto const split = official.native().substr(0, official.native().find('@'));
        auto const kept =
            scored(task.kind, tiny / task.questions, folder / ("out/" + split + "@greedy.answers.jsonl"), 12);
        CHECK(scored(task.kind, tiny / task.questions, folder / ("out/" + official.native()), 12) == kept);
    }
    // Greedy answers do not depend on the machine but for ties of logits: pictures of easy objects, counted without a mistake.
    auto const scores = nlohmann::json::parse(support::read_file(folder / "out/scores.json"));
    CHECK(scores["mme"]["greedy"]["answers"] == 12);
    CHECK(scores["chair"]["greedy"]["recall"].get<double>() > 0.5);
}

TEST_CASE("tiny: a run writes the same answers and margins with shared prefixes and separate ones, on any threads",
          "[evaluation]") {
    support::temporary_folder const folder;
    auto const files = [&](std::string const& prefixes, int threads) {
        evaluation::run_options options;
        options.model = tiny / "model";
        options.tasks = {"pope:" + (tiny / "pope/popular.jsonl").native(), "mme:" + (tiny / "mme").native()};
        options.images = tiny / "pope/images";
        options.methods = {"greedy", "causalmm:vision=reversed,language=uniform", "sample"};
        options.controls = false;
        options.out = folder / (prefixes + std::to_string(threads));
        options.limit = 20;
        options.threads = threads;
        options.by.prefixes = prefixes;
        support::captured(STDOUT_FILENO, [&] { CHECK(evaluation::run(options, evaluation::llava_engine(), {}) == 0); });
        std::map<std::string, std::string> texts;
        for (auto const& entry : std::filesystem::directory_iterator(options.out)) {
            auto const name = entry.path().filename().native();
            if (name.ends_with("answers.jsonl") || name.ends_with("margins.jsonl"))
                texts[name] = support::read_file(entry.path());
        }
        return texts;
    };
    auto const separate = files("separate", 1);
    CHECK(separate.size() == 12);   // of two splits by three methods
    CHECK(files("shared", 1) == separate);
    CHECK(files("shared", 3) == separate);
}
