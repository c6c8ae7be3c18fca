// SPDX-License-Identifier: MIT
#include <evaluation/record.hpp>

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "support.hpp"

using evaluation::record;
using evaluation::record_line;

namespace {

record read(std::string_view line) {
    return evaluation::read_record(llava::io::json_document::parse(line, "s.jsonl line 3")->root());
}

}   // namespace

TEST_CASE("record: one line holds all that is known of an answer", "[evaluation]") {
    record const written{
        .question_id = 7,
        .what = {.answer = {.text = " Yes,\n\"so\"", .margin = 0.1f, .seconds = 0.25, .needed = 2, .skipped = 3},
                 .failure = ""}};
    auto const line = record_line(written);
    CHECK(line ==
          "{\"question_id\":7,\"text\":\" Yes,\\n\\\"so\\\"\",\"margin\":0.1,\"seconds\":0.25,\"needed\":2,"
          "\"skipped\":3}\n");
    auto const found = read(line);
    CHECK(found.question_id == 7);
    CHECK(found.what.failure.empty());
    CHECK(found.what.answer.text == " Yes,\n\"so\"");
    CHECK(found.what.answer.margin == 0.1f);
    CHECK(found.what.answer.seconds == 0.25);
    CHECK(found.what.answer.needed == 2);
    CHECK(found.what.answer.skipped == 3);
}

TEST_CASE("record: a margin that is not finite is null", "[evaluation]") {
    record written{.question_id = 1, .what = {}};
    written.what.answer.margin = std::numeric_limits<float>::quiet_NaN();
    CHECK_THAT(record_line(written), Catch::Contains("\"margin\":null"));
    CHECK(std::isnan(read(record_line(written)).what.answer.margin));
    written.what.answer.margin = std::numeric_limits<float>::max();   // and the greatest is written as it is read
    CHECK(read(record_line(written)).what.answer.margin == std::numeric_limits<float>::max());
}

TEST_CASE("record: R17 a failure is recorded in the place of an answer", "[evaluation]") {
    auto const line = record_line({.question_id = 7, .what = {.answer = {}, .failure = "a.png: is cut"}});
    CHECK(line == "{\"question_id\":7,\"error\":\"a.png: is cut\"}\n");
    CHECK(read(line).what.failure == "a.png: is cut");
}

TEST_CASE("record: what is no record is refused by line and field", "[evaluation]") {
    for (auto const& [line, field] : std::vector<std::pair<std::string, std::string>>{
             {"{}", "question_id"},
             {"{\"question_id\":\"1\"}", "question_id"},
             {"{\"question_id\":1}", "text"},
             {"{\"question_id\":1,\"error\":\"\"}", "error"},
             {"{\"question_id\":1,\"text\":\"a\",\"margin\":\"1\",\"seconds\":0,\"needed\":0,\"skipped\":0}", "margin"},
             {"{\"question_id\":1,\"text\":\"a\",\"margin\":1e39,\"seconds\":0,\"needed\":0,\"skipped\":0}", "margin"},
             {"{\"question_id\":1,\"text\":\"a\",\"margin\":1,\"seconds\":-1,\"needed\":0,\"skipped\":0}", "seconds"},
             {"{\"question_id\":1,\"text\":\"a\",\"margin\":1,\"seconds\":0,\"needed\":0.5,\"skipped\":0}", "needed"},
             {"{\"question_id\":1,\"text\":\"a\",\"margin\":1,\"seconds\":0,\"needed\":0}", "skipped"}}) {
        INFO(line);
        auto const [code, what] = support::thrown_by([&] { read(line); });
        CHECK(code == 65);
        CHECK_THAT(what, Catch::StartsWith("s.jsonl line 3: " + field));
    }
}
