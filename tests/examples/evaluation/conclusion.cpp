// SPDX-License-Identifier: MIT
#include <evaluation/conclusion.hpp>

#include "golden.hpp"

using evaluation::reply;
using support::golden_file;

TEST_CASE("conclusion: benchmarks of every kind stand in one comparison, each with its own scores", "[evaluation]") {
    std::vector<evaluation::task> tasks;
    for (std::string const name : {"mme:", "vlind:", "chair:"}) {
        auto const file = name == "mme:"     ? golden_file("mme")
                          : name == "vlind:" ? golden_file("vlind/data.json")
                                             : golden_file("chair/questions.jsonl");
        tasks.push_back(evaluation::read_task(name + file.native(), "pictures"));
    }
    std::vector<std::vector<std::string>> const given = {
        tasks[0].contents->read_answers(golden_file("mme/results"), 20),
        tasks[1].contents->read_answers(golden_file("vlind/data_m.json"), tasks[1].questions.size()),
        tasks[2].contents->read_answers(golden_file("chair/captions.jsonl"), 16)};
    std::vector<std::string> const methods = {"greedy", "fake"};
    std::vector<std::string> const added = {"greedy"};
    evaluation::answered_run const run{.tasks = tasks,
                                       .methods = methods,
                                       .model_id = "m",
                                       .seed = 1,
                                       .added = added,
                                       .replies = [&](std::size_t t, std::size_t m) {
                                           std::vector<reply> replies;
                                           for (auto const& text : given[t])
                                               replies.push_back({.text = m == 0 ? text : "", .margin = 0});
                                           return replies;
                                       }};
    support::temporary_folder const folder;
    auto const text = evaluation::conclude(run, folder.path(), "text");
    CHECK_THAT(text, Catch::StartsWith("mme, vlind, chair on m") && Catch::Contains("mme: mme by its own scorer") &&
                         Catch::Contains("data: vlind by its own scorer; rule: true-false") &&
                         Catch::Contains("questions: chair by its own scorer"));
    auto const scores = nlohmann::json::parse(support::read_file(folder / "scores.json"));
    CHECK(scores["mme"]["greedy"]["groups"]["perception"]["score"].get<double>() == Approx(600).epsilon(1e-12));
    CHECK(scores["data"]["fake"]["s_ck"] == 0);
    CHECK(scores["questions"]["greedy"]["chair_s"].get<double>() ==
          Approx(support::golden_json("chair/expected.json")["chair_s"].get<double>()).epsilon(1e-12));
    auto const rows = nlohmann::json::parse(support::read_file(folder / "table.json"))["rows"];
    CHECK(rows.size() == 6);
    auto const markdown = support::read_file(folder / "table.md");
    CHECK_THAT(markdown,
               Catch::Contains("| perception | score |") && Catch::Contains("added to the run as controls: greedy"));
    CHECK(evaluation::conclude(run, folder.path(), "markdown") == markdown);
    CHECK(evaluation::conclude(run, folder.path(), "csv") == support::read_file(folder / "table.csv"));
    CHECK(evaluation::conclude(run, folder.path(), "json") == support::read_file(folder / "table.json"));
}
