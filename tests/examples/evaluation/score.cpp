// SPDX-License-Identifier: MIT
#include <evaluation/score.hpp>

#include <unistd.h>

#include <llava/io/json.hpp>

#include "catch.hpp"
#include "support.hpp"

using evaluation::score_options;
using support::thrown_by;
using support::write_file;

namespace {

struct setting {
    support::temporary_folder folder;

    setting() { support::write_pope(folder.path(), "q.jsonl", 4); }

    // Answers by question id; odd ids have label yes.
    score_options options(std::vector<std::pair<int, std::string>> const& answers) const {
        std::string text;
        for (auto const& [id, answer] : answers)
            text += "{\"question_id\":" + std::to_string(id) + ",\"text\":\"" + answer + "\"}\n";
        score_options result;
        result.questions = folder / "q.jsonl";
        result.answers = write_file(folder / "a.jsonl", text);
        return result;
    }
};

std::string printed(score_options const& options) {
    int code = -1;
    auto text = support::captured(STDOUT_FILENO, [&] { code = evaluation::score(options); });
    CHECK(code == 0);
    return text;
}

}   // namespace

TEST_CASE("score: joins by question_id and prints the five measures", "[evaluation]") {
    setting const s;
    auto options = s.options({{4, "No"}, {3, "No"}, {2, "Yes"}, {1, "Yes"}});
    CHECK(printed(options) ==
          "rule words, 4 answers\naccuracy     50.00\nprecision    50.00\nrecall       50.00\nF1           "
          "50.00\nyes-rate     50.00\nunparseable 0\n");
    options.format = "json";
    options.margins = write_file(s.folder / "m.jsonl",
                                 "{\"question_id\":1,\"margin\":3}\n{\"question_id\":2,\"margin\":2}\n"
                                 "{\"question_id\":3,\"margin\":-1}\n{\"question_id\":4,\"margin\":-2.5}\n");
    CHECK(printed(options) ==
          "{\"rule\": \"words\", \"answers\": 4, \"accuracy\": 0.5, \"precision\": 0.5, \"recall\": 0.5, \"f1\": 0.5, "
          "\"yes_rate\": 0.5, "
          "\"auc\": 0.75, \"false_yes_at_recall\": 0, \"unparseable\": 0, \"notes\": []}\n");
}

TEST_CASE("score: all no is printed with zeros and notes", "[evaluation]") {
    setting const s;
    auto const text = printed(s.options({{1, "No"}, {2, "No"}, {3, "No"}, {4, "No"}}));
    CHECK_THAT(text,
               Catch::Contains("precision     0.00\n") && Catch::Contains("note: precision is 0/0, printed as 0"));
}

TEST_CASE("score: the rule decides, and a disagreement is said on stderr", "[evaluation]") {
    setting const s;
    auto options = s.options({{1, "Yes"}, {2, "I do not know"}, {3, "Yes."}, {4, "NO"}});
    auto const accuracy = [&](std::string const& rule) {
        options.rule = rule;
        options.format = "json";
        auto const text = printed(options);
        return llava::io::json_document::parse(text, "out")->root().at("accuracy").number();
    };
    auto const said = support::captured(STDERR_FILENO, [&] {
        CHECK(accuracy("vcd") == 1.0);
        CHECK(accuracy("official") == 0.75);
        CHECK(accuracy("words") == 0.75);
        CHECK(accuracy("exact") == 0.5);
    });
    CHECK_THAT(said, Catch::Contains("causalmm-eval: warning: the scoring rules disagree"));
}

TEST_CASE("score: answers that do not belong to the questions are refused", "[evaluation]") {
    setting const s;
    auto const refused = [&](score_options const& options) { return thrown_by([&] { printed(options); }); };
    CHECK(refused(s.options({{1, "a"}, {2, "a"}, {4, "a"}})).what ==
          "a.jsonl: question_id: 3 is missing, perhaps others too (--limit N scores the first N questions)");
    CHECK(refused(s.options({{1, "a"}, {2, "a"}, {2, "a"}})).what ==
          "a.jsonl line 3: question_id: 2 was already given in a.jsonl line 2");
    CHECK(refused(s.options({{1, "a"}, {9, "a"}})).what ==
          "a.jsonl line 2: question_id: 9 is not in the question file");
    auto options = s.options({{1, "a"}});
    write_file(options.answers, "{\"question_id\":1,\"text\":null}\n");
    CHECK(refused(options).code == 65);
    write_file(options.answers, "{\"question_id\":1,\"te");
    CHECK(refused(options).code == 65);
    options.rule = "best";
    CHECK(refused(options).code == 64);
    options = s.options({});
    options.format = "xml";
    CHECK(refused(options).code == 64);
}

TEST_CASE("score: a limit scores the first questions", "[evaluation]") {
    setting const s;
    auto options = s.options({{2, "no"}, {1, "yes"}});
    options.limit = 2;
    CHECK_THAT(printed(options), Catch::Contains("rule words, 2 answers\naccuracy    100.00"));
}
