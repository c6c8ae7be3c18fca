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
    return support::thrown_by([&] { pope::read(file); });
}

}   // namespace

TEST_CASE("pope: reads the questions in their order", "[evaluation]") {
    support::temporary_folder const folder;
    std::string const second =
        "{\"question_id\": 9, \"image\": \"b/c.jpg\", \"text\": \"</s> <image> n\\u00f6\", \"label\": \"no\", "
        "\"category\": \"x\"}";
    auto const questions = pope::read(support::write_file(folder / "q.jsonl", good + second));
    REQUIRE(questions.size() == 2);
    CHECK(questions[0].id == 1);
    CHECK(questions[0].image == "a.png");
    CHECK(questions[0].text == "Is there a dog?");
    CHECK(questions[0].label_is_yes);
    CHECK(questions[0].line == 1);
    CHECK(questions[1].id == 9);
    CHECK(questions[1].image == "b/c.jpg");
    CHECK(questions[1].text == "</s> <image> n\xc3\xb6");
    CHECK_FALSE(questions[1].label_is_yes);
    CHECK(questions[1].line == 2);
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
    CHECK(support::thrown_by([&] { pope::read(support::write_file(folder / "q.jsonl", "")); }).code == 65);
    CHECK(support::thrown_by([&] { pope::read(folder / "absent.jsonl"); }).code == 66);
    CHECK(support::thrown_by([&] { pope::read(folder.path()); }).code == 66);
}

TEST_CASE("pope: answers have the keys, the order and the form of the VCD scripts", "[evaluation]") {
    evaluation::question const asked{
        .id = 7, .image = "a b.png", .text = "Is there a \"cup\"?", .label_is_yes = true, .line = 1};
    CHECK(pope::answer_line(asked, "  Yes.\n", "tiny") ==
          "{\"question_id\":7,\"prompt\":\"Is there a "
          "\\\"cup\\\"?\",\"text\":\"Yes.\",\"model_id\":\"tiny\",\"image\":\"a b.png\",\"metadata\":{}}\n");
    auto const line = pope::answer_line(asked, "No\nYes", "tiny");
    auto const document = llava::io::json_document::parse(line, "line");
    auto const back = pope::read_answer(document->root());
    CHECK(back.id == 7);
    CHECK(back.text == "No\nYes");
}
