// SPDX-License-Identifier: MIT
#include <evaluation/vlind.hpp>

#include <evaluation/rules/true_false.hpp>

#include "golden.hpp"

using evaluation::vlind;
using evaluation::rules::true_false;
using evaluation::rules::verdict;
using support::golden_file;
using support::thrown_by;

namespace {

vlind opened(std::string const& style = "") {
    return vlind(golden_file("vlind/data.json"), {.words = {}, .style = style});
}

// What is said of the golden data with one member of its first instance changed.
support::thrown refused(std::function<void(nlohmann::json&)> const& change) {
    auto data = support::golden_json("vlind/data.json");
    change(data[0]);
    support::temporary_folder const folder;
    auto const file = support::write_file(folder / "data.json", data.dump());
    return thrown_by([&] { vlind const read(file); });
}

}   // namespace

TEST_CASE("vlind: asks four tests of two statements with the published words", "[evaluation]") {
    auto const read = opened();
    auto const& q = read.questions();
    REQUIRE(q.size() == 7 * 6 + 2 * (3 + 3 + 2 + 2 + 2 + 1 + 4));
    std::string const forget = " Forget real-world common sense and just follow the information provided in the ";
    std::string const only = " Only respond in True or False.";
    CHECK(q[0].image == "factual/climate/0_usual world 0./0.jpg");
    CHECK(q[0].prompt ==
          "Statement: Usual 0.\nBased on the common sense, is the given statement true or false?" + only);
    CHECK(q[1].prompt == "Statement: Odd 0.\nBased on the common sense, is the given statement true or false?" + only);
    CHECK(q[2].image == "counterfactual/climate/0_odd world 0./0.jpg");
    CHECK(
        q[2].prompt ==
        "Statement: There is a penguin in the given image.\nBased on the image, is the given statement true or false?" +
            only);
    CHECK_THAT(q[3].prompt, Catch::Contains("There is a lion in the given image."));
    CHECK(q[4].prompt ==
          "Context: odd world 0.\nStatement: Odd 0.\nBased on the context, is the given statement true or false?" +
              forget + "context." + only);
    CHECK_THAT(q[5].prompt, Catch::Contains("Statement: Usual 0.\nBased on the context"));
    CHECK(q[6].prompt ==
          "Statement: Odd 0.\nBased on the image, is the given statement true or false?" + forget + "image." + only);
    CHECK(q[8].image == "counterfactual/climate/0_odd world 0./1.jpg");
    for (std::size_t i = 0; i < q.size(); ++i) CHECK(q[i].label_is_yes == (i % 2 == 0));
    CHECK(q[0].kind == evaluation::truth::true_or_false);
    CHECK(q[12].where == "data.json [1]");
}

TEST_CASE("vlind: scores are the official scorer's, for all pictures and for each style", "[evaluation]") {
    auto const scores = support::golden_json("vlind/expected.json");
    for (auto const& [style, expected] : scores.items()) {
        INFO(style);
        auto const read = opened(style);
        auto const answers = read.read_answers(golden_file("vlind/data_m.json"));
        auto const found = read.score(answers, true_false::name);
        REQUIRE(found.right.size() == read.questions().size());
        support::check_row(found, "all", expected);
    }
    CHECK(thrown_by([] { opened("oil"); }).what ==
          "--style: \"oil\" is unknown (choices: photorealistic, illustration, cartoon)");
}

TEST_CASE("vlind: writes the prediction file that it read", "[evaluation]") {
    auto const read = opened();
    auto const answers = read.read_answers(golden_file("vlind/data_m.json"));
    auto const files = read.files(answers, "m");
    REQUIRE(files.size() == 1);
    CHECK(files[0].name == ".data_m.json");
    CHECK(files[0].text == support::read_file(golden_file("vlind/data_m.json")));
}

TEST_CASE("vlind: an instance that is not answered whole is left out", "[evaluation]") {
    auto const read = opened();
    std::vector<std::string> answers(12 + 5);
    for (std::size_t i = 0; i < answers.size(); ++i) answers[i] = i % 2 == 0 ? "True" : "False";
    auto const found = read.score(answers, true_false::name);
    CHECK(found.rows[0].values == std::vector<std::optional<double>>{1, 1, 1, 1, 1, 1});
    CHECK(found.notes.size() == 1);
    auto const written = nlohmann::json::parse(read.files(answers, "m")[0].text);
    CHECK(written[0].contains("m_pred_d2"));
    CHECK_FALSE(written[1].contains("m_pred_a1_image"));
}

TEST_CASE("vlind: the first of the words true and false decides", "[evaluation]") {
    auto const read = [](std::string_view answer) { return true_false::read(answer, true); };
    for (auto const* yes : {"True", "true.", "T.rue", "It is\ntrue, not false", "TRUE"})
        CHECK(read(yes) == verdict::yes);
    for (auto const* no : {"False", "no, false", "fal,se", "false true"}) CHECK(read(no) == verdict::no);
    for (auto const* neither : {"", "True!", "\"true\"", "yes", "true\tfalse", "untrue"})
        CHECK(read(neither) == verdict::neither);
}

TEST_CASE("vlind: what is wrong in a file is named", "[evaluation]") {
    CHECK(refused([](auto&) {}).code == 0);
    CHECK(refused([](auto& one) { one.erase("non-existent_noun"); }).what ==
          "data.json: [0].non-existent_noun: missing");
    CHECK(refused([](auto& one) { one["true_statement"] = 5; }).code == 65);
    CHECK(refused([](auto& one) { one["context"] = ""; }).what ==
          "data.json: [0].context: is empty or holds a NUL byte");
    CHECK(refused([](auto& one) { one["best_img_id"] = 1.5; }).code == 65);
    CHECK_THAT(refused([](auto& one) { one["aggregated_human_label_good_images"]["0"] = "3"; }).what,
               Catch::StartsWith("data.json: [0].aggregated_human_label_good_images.0: expected an integer"));
    CHECK(refused([](auto& one) { one = 3; }).code == 65);
    CHECK(thrown_by([] { vlind const read(golden_file("vlind/absent.json")); }).code == 66);
    auto const read = opened();
    CHECK_THAT(thrown_by([&] { read.read_answers(golden_file("vlind/data.json")); }).what,
               Catch::Contains("has no key that ends with a1_image"));
}
