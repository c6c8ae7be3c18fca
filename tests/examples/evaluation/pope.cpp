// SPDX-License-Identifier: MIT
#include <evaluation/pope.hpp>

#include "catch.hpp"
#include "support.hpp"

using evaluation::pope;

namespace {

constexpr auto good = "{\"question_id\": 1, \"image\": \"a.png\", \"text\": \"Is there a dog?\", \"label\": \"yes\"}\n";

// What is said of a file whose second line is this.
support::thrown refused(std::string const& second) {
    support::temporary_folder const folder;
    auto const file = support::write_file(folder / "q.jsonl", good + second + "\n");
    return support::thrown_by([&] { pope reading(file); });
}

}   // namespace

TEST_CASE("pope: reads the questions in their order", "[evaluation]") {
    support::temporary_folder const folder;
    std::string const second =
        "{\"question_id\": 9, \"image\": \"b/c.jpg\", \"text\": \"</s> <image> n\\u00f6\", \"label\": \"no\", "
        "\"category\": \"x\"}";
    pope const read(support::write_file(folder / "q.jsonl", good + second));
    auto const& questions = read.questions();
    REQUIRE(questions.size() == 2);
    CHECK(questions[0].id == 1);
    CHECK(questions[0].image == "a.png");
    CHECK(questions[0].text == "Is there a dog?");
    CHECK(questions[0].label_is_yes);
    CHECK(questions[0].where == "q.jsonl line 1");
    CHECK(questions[1].id == 9);
    CHECK(questions[1].image == "b/c.jpg");
    CHECK(questions[1].text == "</s> <image> n\xc3\xb6");
    CHECK_FALSE(questions[1].label_is_yes);
    CHECK(questions[1].where == "q.jsonl line 2");
}

TEST_CASE("pope: a malformed line is refused by file, line and field", "[evaluation]") {
    struct wrong {
        char const* line;
        char const* field;
    };
    for (auto const& [line, field] :
         {wrong{R"({"image":"a","text":"t","label":"no"})", "question_id"},
          wrong{R"({"question_id":2,"text":"t","label":"no"})", "image"},
          wrong{R"({"question_id":2,"image":"a","label":"no"})", "text"},
          wrong{R"({"question_id":2,"image":"a","text":"t"})", "label"},
          wrong{R"({"question_id":1,"image":"a","text":"t","label":"no"})", "question_id"},
          wrong{R"({"question_id":"2","image":"a","text":"t","label":"no"})", "question_id"},
          wrong{R"({"question_id":-1,"image":"a","text":"t","label":"no"})", "question_id"},
          wrong{R"({"question_id":1.5,"image":"a","text":"t","label":"no"})", "question_id"},
          wrong{R"({"question_id":9223372036854775808,"image":"a","text":"t","label":"no"})", "question_id"},
          wrong{R"({"question_id":true,"image":"a","text":"t","label":"no"})", "question_id"},
          wrong{R"({"question_id":2,"image":"","text":"t","label":"no"})", "image"},
          wrong{R"({"question_id":2,"image":"a\u0000b","text":"t","label":"no"})", "image"},
          wrong{R"({"question_id":2,"image":["a"],"text":"t","label":"no"})", "image"},
          wrong{R"({"question_id":2,"image":"a","text":"","label":"no"})", "text"},
          wrong{R"({"question_id":2,"image":"a","text":5,"label":"no"})", "text"},
          wrong{R"({"question_id":2,"image":"a","text":"t","label":"maybe"})", "label"},
          wrong{R"({"question_id":2,"image":"a","text":"t","label":"Yes"})", "label"}}) {
        INFO(line);
        auto const [code, what] = refused(line);
        CHECK(code == 65);
        CHECK_THAT(what, Catch::StartsWith("q.jsonl line 2: ") && Catch::Contains(field));
        CHECK(what.find('\n') == std::string::npos);
    }
    CHECK(refused(R"({"question_id":1,"image":"a","text":"t","label":"no"})").what ==
          "q.jsonl line 2: question_id: 1 was already given in line 1");
    CHECK(refused(R"({"question_id":2,"image":"a","text":"t","label":"maybe"})").what ==
          "q.jsonl line 2: label: expected \"yes\" or \"no\", found \"maybe\"");
}

TEST_CASE("pope: a file without questions, and no file", "[evaluation]") {
    support::temporary_folder const folder;
    CHECK(support::thrown_by([&] { pope(support::write_file(folder / "q.jsonl", "")); }).code == 65);
    CHECK(support::thrown_by([&] { pope(folder / "absent.jsonl"); }).code == 66);
    CHECK(support::thrown_by([&] { pope(folder.path()); }).code == 66);
}

TEST_CASE("pope: a published file has CRLF line ends, repeated questions and any number of rows", "[evaluation]") {
    support::temporary_folder const folder;
    std::string lines;
    for (int id = 1; id <= 2910; ++id) {
        lines += "{\"question_id\": " + std::to_string(id) +
                 ", \"image\": \"a.jpg\", \"text\": \"Is there an orange in the imange?\", \"label\": \"no\"}\r\n";
    }
    pope const read(support::write_file(folder / "coco_pope_random.json", lines));
    REQUIRE(read.questions().size() == 2910);
    CHECK(read.questions().back().text == "Is there an orange in the imange?");
}

TEST_CASE("pope: the presets put their sentence behind the question", "[evaluation]") {
    support::temporary_folder const folder;
    auto const file = support::write_file(folder / "q.jsonl", good);
    using evaluation::preset;
    namespace presets = evaluation::presets;
    auto const prompt = [&](preset const& words) {
        return pope(file, {.words = words, .style = ""}).questions()[0].prompt;
    };
    CHECK(prompt({}) == "Is there a dog?");
    CHECK(prompt(preset::of<presets::llava>()) ==
          "Is there a dog?\nAnswer the question using a single word or phrase.");
    CHECK(prompt(preset::of<presets::vcd>()) == "Is there a dog? Please answer this question with one word.");
}

TEST_CASE("pope: three dialects of answers are written and read back", "[evaluation]") {
    support::temporary_folder const folder;
    std::string const second = R"({"question_id": 7, "image": "b.png", "text": "A \"cup\"?", "label": "no"})";
    pope const read(support::write_file(folder / "q.jsonl", good + second));
    auto const files = read.files(std::vector<std::string>{"  Yes.\n", "No\nYes"}, "tiny");
    REQUIRE(files.size() == 3);
    CHECK(files[0].name == ".answers.jsonl");
    CHECK(files[0].text ==
          "{\"question_id\":1,\"prompt\":\"Is there a dog?\",\"text\":\"Yes.\",\"model_id\":\"tiny\","
          "\"image\":\"a.png\",\"metadata\":{}}\n"
          "{\"question_id\":7,\"prompt\":\"A \\\"cup\\\"?\",\"text\":\"No\\nYes\",\"model_id\":\"tiny\","
          "\"image\":\"b.png\",\"metadata\":{}}\n");
    CHECK(files[1].name == ".pope.jsonl");
    CHECK(files[1].text ==
          "{\"question\": \"Is there a dog?\", \"answer\": \"Yes.\"}\n"
          "{\"question\": \"A \\\"cup\\\"?\", \"answer\": \"No\\nYes\"}\n");
    CHECK(files[2].name == ".llava.jsonl");
    CHECK_THAT(files[2].text, Catch::StartsWith("{\"question_id\": 1, \"prompt\": \"Is there a dog?\", \"text\": "
                                                "\"Yes.\", \"answer_id\": \""));
    for (auto const& file : files) {
        INFO(file.name);
        CHECK(read.read_answers(support::write_file(folder / "a.jsonl", file.text)) ==
              std::vector<std::string>{"Yes.", "No\nYes"});
    }
}

TEST_CASE("pope: rows that do not belong to the questions are refused", "[evaluation]") {
    support::temporary_folder const folder;
    pope const read(support::write_file(folder / "q.jsonl", good));
    auto const refused = [&](std::string const& lines) {
        auto const file = support::write_file(folder / "a.jsonl", lines);
        return support::thrown_by([&] { read.read_answers(file); }).what;
    };
    std::string const row = R"({"question": "Is there a dog?", "answer": "No"})";
    CHECK(refused(row + "\n" + row) == "a.jsonl line 2: question: there are more answers than questions");
    CHECK(refused(R"({"question": "Is there a cat?", "answer": "No"})") ==
          "a.jsonl line 1: question: is not question 1, \"Is there a dog?\"");
    CHECK(refused(R"({"question": "Is there a dog?"})") == "a.jsonl line 1: answer: missing");
    CHECK_THAT(refused(""), Catch::StartsWith("a.jsonl: question_id: 1 is missing"));
}
