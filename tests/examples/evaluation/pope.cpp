// SPDX-License-Identifier: MIT
#include <evaluation/pope.hpp>

#include <map>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "golden.hpp"

using evaluation::pope;
using support::check_values;

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
          "q.jsonl line 2: question_id: 1 was already given in q.jsonl line 1");
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

TEST_CASE("pope: one array is read as the lines are", "[evaluation]") {
    support::temporary_folder const folder;
    std::string const second = R"({"question_id": 2, "image": "b.png", "text": "Is there a wall?", "label": "no"})";
    std::string const array = "[\n    " + std::string(good) + ",\n    " + second + "\n]";
    pope const lines(support::write_file(folder / "q.jsonl", good + second));
    pope const read(support::write_file(folder / "gqa_pope_seem_random.json", array));
    REQUIRE(read.questions().size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(read.questions()[i].id == lines.questions()[i].id);
        CHECK(read.questions()[i].text == lines.questions()[i].text);
        CHECK(read.questions()[i].label_is_yes == lines.questions()[i].label_is_yes);
    }
    CHECK(read.questions()[1].where == "gqa_pope_seem_random.json [1]");
    auto const twice = support::write_file(folder / "q.json", "[" + second + "," + second + "]");
    CHECK(support::thrown_by([&] { pope const again(twice); }).what ==
          "q.json: [1].question_id: 2 was already given in q.json [0].question_id");
    auto const number = support::write_file(folder / "q.json", "[" + second + ", 3]");
    CHECK(support::thrown_by([&] { pope const again(number); }).code == 65);
    auto const torn = support::write_file(folder / "q.json", "[" + second);
    CHECK(support::thrown_by([&] { pope const again(torn); }).code == 65);
}

// Worked out from the rule: the words before the first full stop, without commas, hold No, no or not, or else it is yes.
TEST_CASE("pope: the official numbers of answers that take every turn of the rule", "[evaluation]") {
    support::temporary_folder const folder;
    struct given {
        char const* answer;
        bool label_is_yes;
        bool says_yes;
    };
    std::vector<given> const all = {
        {"Yes", true, true},           {"No", true, false},     {"no", false, false},     {"It is not", false, false},
        {"NO", false, true},           {"Nope", false, true},   {"", true, true},         {"It is. No", false, true},
        {"No, there is", true, false}, {"no,yes", false, true}, {"Yes\nno", false, true}, {"  No", false, false}};
    std::string questions, lines;
    double right = 0, yes = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const text = "Is there a thing " + std::to_string(i) + "?";
        questions +=
            nlohmann::json(
                {{"question_id", i}, {"image", "a"}, {"text", text}, {"label", all[i].label_is_yes ? "yes" : "no"}})
                .dump() +
            "\n";
        lines += nlohmann::json({{"question", text}, {"answer", all[i].answer}}).dump() + "\n";
        right += all[i].says_yes == all[i].label_is_yes ? 1 : 0;
        yes += all[i].says_yes ? 1 : 0;
    }
    pope const read(support::write_file(folder / "q.jsonl", questions));
    auto const answers = read.read_answers(support::write_file(folder / "a.jsonl", lines));
    auto const found = read.score(answers, "official");
    // 2 of 4 with label yes are affirmed, and 5 of 8 with label no.
    check_values(found.rows[0], {right / 12, 2 / 7., 2 / 4., 4 / 11., yes / 12});
    CHECK(right == 5);
    CHECK(yes == 7);
}

namespace {

// LLaVA's folder: the questions of all categories, and POPE's files in coco/.
struct llava_layout {
    support::temporary_folder folder;

    llava_layout() {
        std::filesystem::create_directory(folder / "coco");
        sheet("random", {"yes", "no", "no"});
        sheet("popular", {"no", "yes"});
        questions({"random", "popular", "random", "popular", "random"});
    }
    void sheet(std::string const& category, std::vector<std::string> const& labels) const {
        std::string rows;
        for (std::size_t i = 0; i < labels.size(); ++i) {
            rows += R"({"question_id": )" + std::to_string(i + 1) + R"(, "image": ")" + category + std::to_string(i) +
                    R"(.jpg", "text": "Is it?", "label": ")" + labels[i] + "\"}\n";
        }
        support::write_file(folder / ("coco/coco_pope_" + category + ".json"), rows);
    }
    void questions(std::vector<std::string> const& categories) const {
        std::map<std::string, int> used;
        std::string rows;
        for (std::size_t i = 0; i < categories.size(); ++i) {
            rows += R"({"question_id": )" + std::to_string(i) + R"(, "image": ")" + categories[i] +
                    std::to_string(used[categories[i]]++) +
                    R"(.jpg", "text": "Is it?\nAnswer the question using a single word or phrase.", "category": ")" +
                    categories[i] + "\"}\n";
        }
        support::write_file(folder / "llava_pope_test.jsonl", rows);
    }
    pope read(evaluation::reading const& how = {}) const { return pope(folder / "llava_pope_test.jsonl", how); }
};

}   // namespace

TEST_CASE("pope: LLaVA's questions of all categories take POPE's labels row by row", "[evaluation]") {
    llava_layout const s;
    auto const read = s.read({.words = evaluation::preset::of<evaluation::presets::llava>(), .style = ""});
    REQUIRE(read.questions().size() == 5);
    std::vector<bool> labels;
    for (auto const& q : read.questions()) labels.push_back(q.label_is_yes);
    CHECK(labels == std::vector<bool>{true, false, false, true, false});
    CHECK(read.questions()[1].image == "popular0.jpg");
    CHECK(read.questions()[1].prompt == "Is it?\nAnswer the question using a single word or phrase.");
    // random: yes, no, yes for yes, no, no; popular: yes, yes for no, yes.
    std::vector<std::string> const answers = {"Yes", "Yes", "No", "Yes", "Yes"};
    auto const found = read.score(answers, "official");
    REQUIRE(found.rows.size() == 4);
    CHECK(found.rows[0].group == "all");
    check_values(found.rows[0], {3 / 5., 2 / 4., 1., 2 * (2 / 4.) / (2 / 4. + 1), 4 / 5.});
    CHECK(found.rows[1].group == "popular");
    check_values(found.rows[1], {1 / 2., 1 / 2., 1., 1. / 1.5, 1.});
    CHECK(found.rows[2].group == "random");
    check_values(found.rows[2], {2 / 3., 1 / 2., 1., 1. / 1.5, 2 / 3.});
    CHECK(found.rows[3].group == "mean");
    check_values(found.rows[3], {{}, {}, {}, 1. / 1.5, {}});
    CHECK(read.score(std::span(answers).first(1), "official").rows.size() == 3);
    CHECK(read.read_answers(support::write_file(s.folder / "a.jsonl", read.files(answers, "m")[2].text)) == answers);
}
