// SPDX-License-Identifier: MIT
#include <evaluation/answers.hpp>

#include "catch.hpp"
#include "support.hpp"

TEST_CASE("answers: a kept line reads back as what was written", "[evaluation]") {
    evaluation::question const asked{.id = 12, .image = "a.png", .text = "Is \"it\"?"};
    auto const line = evaluation::answer_line(asked, " Yes\nNo ", "m");
    CHECK(line.find('\n') == line.size() - 1);
    auto const document = llava::io::json_document::parse(line, "line");
    CHECK(evaluation::read_answer(document->root()).id == 12);
    CHECK(evaluation::read_answer(document->root()).text == "Yes\nNo");
}

TEST_CASE("answers: kept lines are joined by id, in any order, and those beyond the limit may be absent",
          "[evaluation]") {
    support::temporary_folder const folder;
    std::vector<evaluation::question> const questions = {{.id = 5}, {.id = 3}, {.id = 9}};
    auto const file = support::write_file(folder / "a.jsonl",
                                          "{\"question_id\":3,\"text\":\"b\"}\n{\"question_id\":5,\"text\":\"a\"}\n");
    CHECK(evaluation::read_kept_answers(questions, file, 2) == std::vector<std::string>{"a", "b"});
    CHECK(support::thrown_by([&] { evaluation::read_kept_answers(questions, file, 3); }).what ==
          "a.jsonl: question_id: 9 is missing, perhaps others too (--limit N scores the first N questions)");
}
