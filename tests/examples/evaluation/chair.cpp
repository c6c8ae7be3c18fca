// SPDX-License-Identifier: MIT
#include <evaluation/chair.hpp>

#include "golden.hpp"

using evaluation::chair;
using support::golden_file;
using support::thrown_by;
using support::write_file;

namespace {

support::thrown refused(std::string const& line) {
    support::temporary_folder const folder;
    auto const file = write_file(folder / "q.jsonl", R"({"image_id": 1, "image": "a.jpg", "objects": []})"
                                                     "\n" +
                                                         line);
    return thrown_by([&] { chair const read(file); });
}

}   // namespace

TEST_CASE("chair: asks for a description of each picture", "[evaluation]") {
    chair const read(golden_file("chair/questions.jsonl"));
    auto const& questions = read.questions();
    REQUIRE(questions.size() == 16);
    CHECK(questions[3].id == 103);
    CHECK(questions[3].image == "3.jpg");
    CHECK(questions[3].prompt == "Please describe this image in detail.");
    CHECK(questions[3].kind == evaluation::truth::text);
}

TEST_CASE("chair: scores are those of the mentions counted by hand", "[evaluation]") {
    chair const read(golden_file("chair/questions.jsonl"));
    auto const answers = read.read_answers(golden_file("chair/captions.jsonl"));
    auto const found = read.score(answers, "objects");
    support::check_row(found, "all", support::golden_json("chair/expected.json"));
    CHECK(found.unparseable == 1);
    CHECK(found.right.size() == 16);
    CHECK(found.right[0]);
    CHECK_FALSE(found.right[1]);
}

TEST_CASE("chair: a table beside the questions takes the place of COCO's", "[evaluation]") {
    support::temporary_folder const folder;
    write_file(folder / "synonyms.txt", "drum, tom tom\nguitar\n");
    auto const file = write_file(
        folder / "q.jsonl", R"({"image_id": 1, "image": "a.jpg", "objects": ["tom tom"], "text": "What is there?"})");
    chair const read(file);
    CHECK(read.questions()[0].prompt == "What is there?");
    std::vector<std::string> const answers = {"Drums, a guitar and a person"};
    CHECK(read.score(answers, "objects").rows[0].values == std::vector<std::optional<double>>{1, 0.5, 1});
    write_file(folder / "synonyms.txt", "drum, tom tom\nguitar, drum\n");
    CHECK_THAT(thrown_by([&] { chair const again(file); }).what,
               Catch::Contains(" line 2: \"drum\" belongs to \"drum\" already"));
}

TEST_CASE("chair: shares of nothing are 0, with a note", "[evaluation]") {
    support::temporary_folder const folder;
    chair const read(write_file(folder / "q.jsonl", R"({"image_id": 1, "image": "a.jpg", "objects": []})"));
    std::vector<std::string> const answers = {"Nothing."};
    auto const found = read.score(answers, "objects");
    CHECK(found.rows[0].values == std::vector<std::optional<double>>{0, 0, 0});
    CHECK(found.notes.size() == 2);
}

TEST_CASE("chair: writes captions as lines and in the form of the original program", "[evaluation]") {
    chair const read(golden_file("chair/questions.jsonl"));
    std::vector<std::string> const answers = {" A \"dog\".\n", "B"};
    auto const files = read.files(answers, "m");
    REQUIRE(files.size() == 2);
    CHECK(files[0].name == ".captions.jsonl");
    CHECK(files[0].text ==
          "{\"image_id\": 100, \"caption\": \"A \\\"dog\\\".\"}\n{\"image_id\": 101, \"caption\": \"B\"}\n");
    auto const original = nlohmann::json::parse(files[1].text);
    CHECK(original["imgToEval"]["101"]["caption"] == "B");
    CHECK(original["imgToEval"]["101"]["image_id"] == 101);
    CHECK(original["imgToEval"]["101"]["SPICE"] == 0);
    CHECK(original["overall"]["Bleu_1"] == 0);
}

TEST_CASE("chair: what is wrong in a file is named", "[evaluation]") {
    CHECK(refused(R"({"image_id": 2, "image": "a.jpg", "objects": ["dog", "people"]})").code == 0);
    CHECK(refused(R"({"image_id": 1, "image": "a.jpg", "objects": []})").what ==
          "q.jsonl line 2: image_id: 1 was already given in q.jsonl line 1");
    CHECK(refused(R"({"image_id": 2, "image": "a.jpg", "objects": ["dog", "unicorn"]})").what ==
          "q.jsonl line 2: objects[1]: \"unicorn\" is no class of the table");
    CHECK(refused(R"({"image_id": 2, "image": "a.jpg", "objects": "dog"})").code == 65);
    CHECK(refused(R"({"image_id": 2, "image": "a.jpg"})").what == "q.jsonl line 2: objects: missing");
    CHECK(refused(R"({"image_id": 2, "image": "a.jpg", "objects": [], "captions": "x"})").code == 65);
    CHECK(refused(R"({"image_id": "2", "image": "a.jpg", "objects": []})").code == 65);
}
