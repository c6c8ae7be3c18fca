// SPDX-License-Identifier: MIT
#include <evaluation/judged.hpp>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "support.hpp"

using support::thrown_by;
using support::write_file;

TEST_CASE("judged: LLaVA-Bench is read and written as lines", "[evaluation]") {
    support::temporary_folder const folder;
    std::string const line = R"({"question_id": 0, "image": "001.jpg", "text": "What is it?", "category": "conv"})";
    evaluation::llava_bench const read(write_file(folder / "q.jsonl", line));
    REQUIRE(read.questions().size() == 1);
    CHECK(read.questions()[0].prompt == "What is it?");
    std::vector<std::string> const answers = {"A dog's bowl."};
    auto const files = read.files(answers, "m");
    REQUIRE(files.size() == 1);
    CHECK_THAT(files[0].text, Catch::Contains("\"prompt\": \"What is it?\", \"text\": \"A dog's bowl.\""));
    CHECK(read.read_answers(write_file(folder / "a.jsonl", files[0].text)) == answers);
    auto const found = read.score(answers, "judge");
    CHECK(found.rows[0].values[0] == 3.0);
    CHECK(found.notes.size() == 1);
    CHECK(thrown_by([&] {
              evaluation::llava_bench const again(write_file(folder / "q.jsonl", line + "\n" + line));
          }).what == "q.jsonl line 2: question_id: 0 was already given in q.jsonl line 1");
}

TEST_CASE("judged: MMHal-Bench has its model_answer filled in", "[evaluation]") {
    support::temporary_folder const folder;
    auto const file = write_file(
        folder / "q.json", R"([{"question_type": "attribute", "image_src": "https://host/a/b.jpg", "question": "Is it?",
                               "gt_answer": "No", "model_answer": "", "image_content": ["dog"]}])");
    evaluation::mmhal const read(file);
    CHECK(read.questions()[0].image == "b.jpg");
    CHECK(read.questions()[0].id == 1);
    std::vector<std::string> const answers = {"Yes"};
    auto const files = read.files(answers, "m");
    CHECK(nlohmann::json::parse(files[0].text)[0]["model_answer"] == "Yes");
    CHECK(read.read_answers(write_file(folder / "a.json", files[0].text)) == answers);
    write_file(file, R"([{"image_src": "x/", "question": "Is it?"}])");
    CHECK(thrown_by([&] { evaluation::mmhal const again(file); }).what ==
          "q.json: [0].image_src: ends with no file name");
}
