// SPDX-License-Identifier: MIT
#include <evaluation/amber.hpp>

#include <evaluation/rules/bare.hpp>

#include "golden.hpp"

using evaluation::amber;
using support::golden_file;
using support::thrown_by;
using support::write_file;

namespace {

amber opened() { return amber(golden_file("amber/query/query_discriminative.json")); }

// Questions and annotations of one question, in one folder.
struct setting {
    support::temporary_folder folder;

    setting(std::string_view questions, std::string_view annotations) {
        write_file(folder / "q.json", questions);
        write_file(folder / "annotations.json", annotations);
    }
    support::thrown refused() const {
        return thrown_by([&] { amber const read(folder / "q.json"); });
    }
};

constexpr auto question = R"([{"id": 1, "image": "a.jpg", "query": "Is it?"}])";
constexpr auto annotation = R"([{"id": 1, "type": "relation", "truth": "yes"}])";

}   // namespace

TEST_CASE("amber: reads questions with their truths", "[evaluation]") {
    auto const read = opened();
    auto const& questions = read.questions();
    REQUIRE(questions.size() == 19);
    CHECK(questions[0].id == 2);
    CHECK(questions[0].image == "AMBER_2.jpg");
    CHECK(questions[0].prompt == "Is number 2 there?");
    CHECK(questions[0].label_is_yes);
    CHECK_FALSE(questions[2].label_is_yes);
    CHECK(questions[2].where == "query_discriminative.json [2]");
}

TEST_CASE("amber: scores are the official scorer's", "[evaluation]") {
    auto const read = opened();
    auto const answers = read.read_answers(golden_file("amber/answers.json"));
    auto const found = read.score(answers, evaluation::rules::bare::name);
    support::check_rows(found, support::golden_json("amber/expected.json"));
    CHECK(found.unparseable == 4);
    CHECK(found.right.size() == 19);
}

TEST_CASE("amber: what is written has the bare words that the official scorer wants", "[evaluation]") {
    auto const read = opened();
    std::vector<std::string> const answers = {"Yes, it is.", "no", " Perhaps ", "yes and no"};
    auto const files = read.files(answers, "m");
    REQUIRE(files.size() == 1);
    CHECK(files[0].name == ".amber.json");
    CHECK(files[0].text ==
          "[\n{\"id\": 2, \"response\": \"Yes\"},\n{\"id\": 3, \"response\": \"No\"},\n"
          "{\"id\": 4, \"response\": \"Perhaps\"},\n{\"id\": 5, \"response\": \"yes and no\"}\n]\n");
    support::temporary_folder const folder;
    auto const back = read.read_answers(write_file(folder / "a.json", files[0].text), 4);
    auto const by_words = read.score(answers, "words"), official = read.score(back, "bare");
    for (std::size_t r = 0; r < by_words.rows.size(); ++r) CHECK(by_words.rows[r].values == official.rows[r].values);
}

TEST_CASE("amber: what is wrong in a file is named", "[evaluation]") {
    CHECK(setting(question, annotation).refused().code == 0);
    CHECK(setting("[]", annotation).refused().code == 65);
    CHECK(setting("{}", annotation).refused().code == 65);
    CHECK(setting(R"([{"id": 0, "image": "a.jpg", "query": "?"}])", annotation).refused().code == 65);
    CHECK(setting(R"([{"id": 2, "image": "a.jpg", "query": "?"}])", annotation).refused().what ==
          "annotations.json: [1]: missing");
    CHECK(setting(R"([{"id": 1, "image": "", "query": "?"}])", annotation).refused().what ==
          "q.json: [0].image: is empty");
    CHECK(setting(question, R"([{"id": 2, "type": "relation", "truth": "yes"}])").refused().what ==
          "annotations.json: [0].id: expected 1");
    CHECK(setting(question, R"([{"id": 1, "type": "relation", "truth": "Yes"}])").refused().what ==
          "annotations.json: [0].truth: expected \"yes\" or \"no\", found \"Yes\"");
    CHECK(setting(question, R"([{"id": 1, "type": "generative", "truth": []}])").refused().what ==
          "q.json: [0].id: is a generative question, which is not scored here");
    std::string const twice = R"([{"id": 1, "image": "a", "query": "?"}, {"id": 1, "image": "a", "query": "?"}])";
    CHECK(setting(twice, annotation).refused().what == "q.json: [1].id: 1 was already given in q.json [0].id");
    setting const s(question, annotation);
    std::filesystem::remove(s.folder / "annotations.json");
    CHECK(s.refused().code == 66);
    auto const read = opened();
    auto const answers =
        write_file(s.folder / "a.json", R"([{"id": 2, "response": "Yes"}, {"id": 2, "response": "No"}])");
    CHECK(thrown_by([&] { read.read_answers(answers); }).what ==
          "a.json: [1].id: 2 was already given in a.json [0].id");
}
