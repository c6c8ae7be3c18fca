// SPDX-License-Identifier: MIT
#include <evaluation/mme.hpp>

#include <evaluation/rules/first_four.hpp>

#include "golden.hpp"

using evaluation::mme;
using evaluation::preset;
using evaluation::rules::first_four;
using evaluation::rules::verdict;
using support::check_values;
using support::golden_file;
using support::thrown_by;
using support::write_file;

namespace {

// A folder with one subtask of one picture, described by this text.
struct setting {
    support::temporary_folder folder;

    explicit setting(std::string_view text) {
        std::filesystem::create_directory(folder / "count");
        write_file(folder / "count/a.png", support::one_pixel());
        write_file(folder / "count/a.txt", text);
    }
};

struct asked_twice {
    char const* first;    // to a question that Yes answers
    char const* second;   // to one that No answers
};

struct subtask {
    std::string name;
    std::vector<asked_twice> pictures;
    double acc, acc_plus;
};

// Worked out by hand: right answers / questions, pictures with both right / pictures.
std::vector<subtask> const all_subtasks = {
    {"existence", {{"yes", "no"}, {"Yes", "No"}}, 1, 1},
    {"count", {{"no", "yes"}}, 0, 0},
    {"position", {{"yes", "yes"}, {"no", "no"}}, 2 / 4., 0},
    {"color", {{"", ""}}, 0, 0},
    {"posters", {{"Yes, it is", "No."}, {"YES", "yes"}}, 3 / 4., 1 / 2.},
    {"celebrity", {{"know", "know"}}, 1 / 2., 0},
    {"scene", {{"maybe", "no"}, {"yes", "unsure"}, {"yes", "no"}}, 4 / 6., 1 / 3.},
    {"landmark", {{"yes no", "no yes"}}, 1, 1},
    {"artwork", {{"It is yes", "It is no"}}, 0, 0},
    {"OCR", {{"yes", "no"}, {"yes", "no"}, {"no", "yes"}}, 4 / 6., 2 / 3.},
    {"commonsense_reasoning", {{"yes", "Nope"}}, 1, 1},
    {"numerical_calculation", {{"4", "no"}}, 1 / 2., 0},
    {"text_translation", {{"oui", "non"}}, 1 / 2., 0},
    {"code_reasoning", {{"no", "no"}, {"yes", "no"}, {"yes", "yes"}, {"eyes", "n o"}}, 5 / 8., 1 / 4.},
};

// A folder with all of them, and the answers in the order of the questions.
struct whole_setting {
    support::temporary_folder folder;
    std::vector<std::string> answers;

    whole_setting() {
        for (auto const& [name, pictures, acc, acc_plus] : all_subtasks) {
            std::filesystem::create_directory(folder / name);
            for (auto const& [first, second] : pictures) {
                auto const stem = name + "/" + std::to_string(answers.size() + 100);
                write_file(folder / (stem + ".png"), support::one_pixel());
                write_file(folder / (stem + ".txt"), "Is it?\tYes\nIs it not?\tNo\n");
                answers.insert(answers.end(), {first, second});
            }
        }
    }
};

}   // namespace

TEST_CASE("mme: reads both layouts in the order of the subtasks", "[evaluation]") {
    mme const read(golden_file("mme"));
    auto const& questions = read.questions();
    REQUIRE(questions.size() == 20);
    CHECK(read.images() == golden_file("mme"));
    CHECK(questions[0].image == "existence/000000001.png");
    CHECK(questions[0].text == "Is there a dog in this image? Please answer yes or no.");
    CHECK(questions[0].label_is_yes);
    CHECK(questions[0].where == "000000001.txt in existence line 1");
    CHECK_FALSE(questions[1].label_is_yes);
    CHECK(questions[6].image == "count/one.jpg");
    CHECK(questions[12].image == "landmark/images/tower.png");
    CHECK(questions[19].id == 20);
}

TEST_CASE("mme: the presets word the questions as LLaVA and as CausalMM do", "[evaluation]") {
    auto const prompt = [](preset const& words) {
        return mme(golden_file("mme"), {.words = words, .style = ""}).questions()[0].prompt;
    };
    CHECK(prompt({}) == "Is there a dog in this image? Please answer yes or no.");
    CHECK(prompt(preset::of<evaluation::presets::llava>()) ==
          "Is there a dog in this image?\nAnswer the question using a single word or phrase.");
    CHECK(prompt(preset::of<evaluation::presets::vcd>()) ==
          "Is there a dog in this image? Please answer yes or no. Please answer this question with one word.");
}

TEST_CASE("mme: scores are the official scorer's", "[evaluation]") {
    mme const read(golden_file("mme"));
    auto const answers = read.read_answers(golden_file("mme/results"));
    auto const expected = support::golden_json("mme/expected.json");
    auto const found = read.score(answers, first_four::name);
    support::check_rows(found, expected["groups"]);
    CHECK(found.unparseable == expected["unparseable"]);
    CHECK(found.right.size() == 20);
    CHECK(found.rows.back().group == "cognition");
}

TEST_CASE("mme: writes the files that it read, each answer on a line of its own", "[evaluation]") {
    mme const read(golden_file("mme"));
    auto answers = read.read_answers(golden_file("mme/results"));
    auto const files = read.files(answers, "m");
    REQUIRE(files.size() == 6);
    for (auto const& file : files) {
        INFO(file.name);
        REQUIRE(file.name.starts_with(".results/"));
        CHECK(file.text == support::read_file(golden_file("mme") / file.name.substr(1)));
    }
    answers[0] = " Yes,\n\tit is\r\n";
    CHECK_THAT(read.files(answers, "m")[0].text, Catch::Contains("\tYes\tYes,  it is\n"));
}

TEST_CASE("mme: answers of other programs are joined by picture and question", "[evaluation]") {
    setting const s("Is it one? Please answer yes or no.\tYes\r\nIs it two? Please answer yes or no.\tNo\r\n");
    mme const read(s.folder.path());
    support::temporary_folder const out;
    write_file(
        out / "count.txt",
        "a.txt\tIs it two?  Please answer yes or no.\tNo\tNo\na.txt\tIs it one? Please answer yes or no.\tYes\tYes\n");
    CHECK(read.read_answers(out.path()) == std::vector<std::string>{"Yes", "No"});
    write_file(out / "count.txt", "a.txt\tIs it three?\tNo\tNo\n");
    CHECK(thrown_by([&] { read.read_answers(out.path()); }).code == 65);
    write_file(out / "count.txt", "a.txt\tIs it one?\tYes\n");
    CHECK_THAT(thrown_by([&] { read.read_answers(out.path()); }).what, Catch::Contains(" line 1: expected 4 fields"));
    CHECK(thrown_by([&] { read.read_answers(out / "absent"); }).code == 66);
}

TEST_CASE("mme: an answer without its second is not scored", "[evaluation]") {
    mme const read(golden_file("mme"));
    std::vector<std::string> const answers = {"yes", "no", "yes"};
    auto const found = read.score(answers, first_four::name);
    CHECK(found.right.size() == 3);
    CHECK(found.rows[0].values[0] == 1.0);
    CHECK(found.rows.size() == 2);
    CHECK(found.notes.back() == "the last answer has no second beside it and is left out");
}

TEST_CASE("mme: the scores of all fourteen subtasks and their sums, worked out by hand", "[evaluation]") {
    whole_setting const s;
    mme const read(s.folder.path());
    auto const found = read.score(s.answers, first_four::name);
    REQUIRE(found.rows.size() == 14 + 2);
    for (std::size_t i = 0; i < all_subtasks.size(); ++i) {
        auto const& [name, pictures, acc, acc_plus] = all_subtasks[i];
        INFO(name);
        CHECK(found.rows[i].group == name);
        check_values(found.rows[i], {acc, acc_plus, 100 * acc + 100 * acc_plus});
    }
    check_values(found.rows[14], {{}, {}, 200 + 50 + 125 + 50 + 100 + 200 + 400 / 3.});   // ten, of which three are 0
    check_values(found.rows[15], {{}, {}, 200 + 50 + 50 + 87.5});
    CHECK(found.rows[14].group == "perception");
    CHECK(found.rows[15].group == "cognition");
    CHECK(found.unparseable == 9);   // color 2, scene 2, artwork 2, one each in the last three
    CHECK(found.notes.empty());

    // Without the last answer the fourth picture of the last subtask falls away: 4 of 6 and 1 of 3.
    auto const odd = read.score(std::span(s.answers).first(s.answers.size() - 1), first_four::name);
    check_values(odd.rows[13], {4 / 6., 1 / 3., 100});
    check_values(odd.rows[15], {{}, {}, 200 + 50 + 50 + 100});
    CHECK(odd.notes == std::vector<std::string>{"the last answer has no second beside it and is left out"});
    CHECK(read.files(s.answers, "m").size() == 14);
}

TEST_CASE("mme: white space before an answer counts in a result file", "[evaluation]") {
    setting const s("Is it?\tYes\nIs it not?\tNo\n");
    mme const read(s.folder.path());
    support::temporary_folder const out;
    write_file(out / "count.txt", "a.png\tIs it?\tYes\t  yes\r\na.png\tIs it not?\tNo\t  no\n");
    auto const answers = read.read_answers(out.path());
    CHECK(answers == std::vector<std::string>{"  yes", "  no"});
    check_values(read.score(answers, first_four::name).rows[0], {1 / 2., 0., 50.});   // "  ye" is neither
}

TEST_CASE("mme: a note says how many subtasks the sums are of, unless all are there", "[evaluation]") {
    mme const read(golden_file("mme"));   // existence, count, position, landmark, OCR; code_reasoning
    auto const found = read.score(std::vector<std::string>(20, "yes"), first_four::name);
    CHECK(found.notes ==
          std::vector<std::string>{"6 of MME's 14 subtasks: perception is the sum of 5 of 10, cognition of 1 of 4"});
    CHECK(read.score(std::vector<std::string>(2, "yes"), first_four::name).notes ==
          std::vector<std::string>{"1 of MME's 14 subtasks: perception is the sum of 1 of 10, cognition of 0 of 4"});
}

TEST_CASE("mme: the rule looks at four characters", "[evaluation]") {
    auto const read = [](std::string_view answer) { return first_four::read(answer, true); };
    for (auto const* yes : {"yes", "Yes.", "YES", "eyes", "yes no", "\xc3\xa9yes"}) CHECK(read(yes) == verdict::yes);
    for (auto const* no : {"no", "No, it is", "know", "nope", "a no", "\xe2\x82\xac no"})
        CHECK(read(no) == verdict::no);
    // The script strips nothing: white space before a word is among the four characters.
    for (auto const* other : {"", "It is yes", "I do not", "\xc3\xa9\xc3\xa9yes", "ye s", "  yes", "   no"})
        CHECK(read(other) == verdict::neither);
    CHECK(read(" yes") == verdict::yes);
    CHECK(read("  no") == verdict::no);
}

TEST_CASE("mme: what is wrong in a folder is named", "[evaluation]") {
    auto const refused = [](std::string_view text) {
        setting const s(text);
        return thrown_by([&] { mme const read(s.folder.path()); });
    };
    CHECK(refused("Is it?\tYes\nIs it not?\tNo\n").code == 0);
    CHECK_THAT(refused("Is it?\tYes\n").what, Catch::Contains("a.txt: expected 2 lines, found 1"));
    CHECK_THAT(refused("").what, Catch::Contains("a.txt: expected 2 lines, found 0"));
    CHECK_THAT(refused("Is it? Yes\nIs it not?\tNo\n").what,
               Catch::Contains("a.txt in count line 1: expected 2 fields"));
    CHECK_THAT(refused("Is it?\tYes\nIs it not?\tMaybe\n").what,
               Catch::Contains("a.txt in count line 2: answer: expected Yes or No, found \"Maybe\""));
    setting const s("Is it?\tYes\nIs it not?\tNo\n");
    std::filesystem::remove(s.folder / "count/a.png");
    CHECK(thrown_by([&] { mme const read(s.folder.path()); }).code == 66);
    CHECK(thrown_by([&] { mme const read(s.folder / "absent"); }).code == 66);
    support::temporary_folder const empty;
    CHECK_THAT(thrown_by([&] { mme const read(empty.path()); }).what, Catch::Contains("holds no questions"));
}
