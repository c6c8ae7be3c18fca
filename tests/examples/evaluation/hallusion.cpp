// SPDX-License-Identifier: MIT
#include <evaluation/hallusion.hpp>

#include "golden.hpp"

using evaluation::hallusion;
using support::golden_file;
using support::thrown_by;

namespace {

support::thrown refused(std::function<void(nlohmann::json&)> const& change) {
    auto data = support::golden_json("hallusion/HallusionBench.json");
    change(data);
    support::temporary_folder const folder;
    auto const file = support::write_file(folder / "q.json", data.dump());
    return thrown_by([&] { hallusion const read(file); });
}

}   // namespace

TEST_CASE("hallusion: reads questions with a figure and without", "[evaluation]") {
    hallusion const read(golden_file("hallusion/HallusionBench.json"));
    auto const& questions = read.questions();
    REQUIRE(questions.size() == 15);
    CHECK(questions[0].image == "./VD/illusion/0_0.png");
    CHECK(questions[0].label_is_yes);
    CHECK(questions[6].image.empty());
    CHECK(questions[13].id == 14);
    CHECK(questions[1].prompt == "Is it so, 1?");
}

TEST_CASE("hallusion: counts questions, figures and sets by the words of the answers", "[evaluation]") {
    hallusion const read(golden_file("hallusion/HallusionBench.json"));
    auto const answers = read.read_answers(golden_file("hallusion/HallusionBench_result.json"));
    auto const found = read.score(answers, "words");
    support::check_rows(found, support::golden_json("hallusion/expected.json"));
    CHECK(found.rule == "words");
    CHECK(found.unparseable == 5);
    REQUIRE(found.notes.size() == 1);
    CHECK_THAT(found.notes[0], Catch::Contains("not by a judge"));
}

TEST_CASE("hallusion: writes the result file that it read", "[evaluation]") {
    hallusion const read(golden_file("hallusion/HallusionBench.json"));
    auto const answers = read.read_answers(golden_file("hallusion/HallusionBench_result.json"));
    auto const files = read.files(answers, "m");
    REQUIRE(files.size() == 1);
    CHECK(files[0].name == ".HallusionBench_result.json");
    CHECK(files[0].text == support::read_file(golden_file("hallusion/HallusionBench_result.json")));
}

TEST_CASE("hallusion: what is wrong in a file is named", "[evaluation]") {
    CHECK(refused([](auto&) {}).code == 0);
    CHECK(refused([](auto& all) { all[1].erase("question"); }).what == "q.json: [1].question: missing");
    CHECK(refused([](auto& all) { all[0]["category"] = "VX"; }).what ==
          "q.json: [0].category: expected \"VD\" or \"VS\", found \"VX\"");
    CHECK(refused([](auto& all) { all[0]["gt_answer"] = "2"; }).what ==
          "q.json: [0].gt_answer: expected \"0\" or \"1\", found \"2\"");
    CHECK(refused([](auto& all) { all[0]["gt_answer"] = 1; }).code == 0);
    CHECK(refused([](auto& all) { all[0]["filename"] = 3; }).code == 65);
    CHECK(refused([](auto& all) { all[1] = all[0]; }).what ==
          "q.json: [1].question_id: 0 of this figure was already given");
    CHECK(refused([](auto& all) { all = nlohmann::json::array(); }).what == "q.json: holds no questions");
    hallusion const read(golden_file("hallusion/HallusionBench.json"));
    support::temporary_folder const folder;
    auto answers = support::golden_json("hallusion/HallusionBench_result.json");
    answers[2]["question"] = "Another?";
    auto const file = support::write_file(folder / "a.json", answers.dump());
    CHECK(thrown_by([&] { read.read_answers(file); }).what ==
          "a.json: [2].question: is not the question at this place of the question file");
    CHECK(thrown_by([&] { read.read_answers(golden_file("hallusion/HallusionBench.json")); }).what ==
          "HallusionBench.json: [0].model_prediction: missing");
}
