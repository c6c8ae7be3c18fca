// SPDX-License-Identifier: MIT
#include <evaluation/merge.hpp>

#include "catch.hpp"
#include "run_setting.hpp"

using support::captured;
using support::read_file;
using support::run_quietly;
using support::thrown_by;
using setting = support::run_setting;

namespace {

support::thrown merged(evaluation::merge_options const& options) {
    support::thrown result;
    auto const printed = captured(STDOUT_FILENO, [&] { result = thrown_by([&] { evaluation::merge(options); }); });
    CHECK(printed.empty() == (result.code != 0));
    return result;
}

}   // namespace

TEST_CASE("merge: a line an answer in question order, in three files", "[evaluation]") {
    support::temporary_folder const folder;
    auto const split = evaluation::read_task("pope:" + support::write_pope(folder.path(), "s.jsonl", 2).native());
    evaluation::shards answers(folder / "shards", split.questions);
    auto const written = [&](std::size_t i, std::string const& text) {
        answers.written(
            folder / "shards/a.jsonl", "line\n", i,
            {.answer = {.text = text, .margin = 0.1f, .seconds = 0.5, .needed = 1, .skipped = 2}, .failure = ""});
    };
    written(1, " No\n");
    written(0, "Yes");
    evaluation::write_merged({.folder = folder.path(), .name = "s@x", .model_id = "m"}, split, answers, 2);
    CHECK(read_file(folder / "s@x.answers.jsonl") ==
          "{\"question_id\":1,\"prompt\":\"Is there a thing 1 in the "
          "image?\",\"text\":\"Yes\",\"model_id\":\"m\",\"image\":\"scene_0.png\",\"metadata\":{}}\n"
          "{\"question_id\":2,\"prompt\":\"Is there a thing 2 in the "
          "image?\",\"text\":\"No\",\"model_id\":\"m\",\"image\":\"scene_0.png\",\"metadata\":{}}\n");
    CHECK(read_file(folder / "s@x.margins.jsonl") ==
          "{\"question_id\":1,\"margin\":0.1}\n{\"question_id\":2,\"margin\":0.1}\n");
    CHECK(read_file(folder / "s@x.costs.jsonl") ==
          "{\"question_id\":1,\"seconds\":0.5,\"needed\":1,\"skipped\":2}\n"
          "{\"question_id\":2,\"seconds\":0.5,\"needed\":1,\"skipped\":2}\n");
}

TEST_CASE("merge: R24 refused while a shard is short or missing, naming the questions", "[evaluation]") {
    setting const s;
    REQUIRE(run_quietly(s.options("out")) == 0);
    auto const before = s.files("out");
    for (auto const& [name, text] : before) std::filesystem::remove(s.folder / "out" / name);
    evaluation::merge_options options{.folder = s.folder / "out", .tasks = {}};
    CHECK(merged(options).code == 0);
    CHECK(s.files("out") == before);

    std::filesystem::path shard;
    for (auto const& each : std::filesystem::directory_iterator(s.folder / "out/random@fake+a=1.shards")) shard = each;
    auto text = read_file(shard);
    auto const last = text.substr(text.rfind('\n', text.size() - 2) + 1);
    support::write_file(shard, text.substr(0, text.size() - last.size()));
    auto const id = last.substr(last.find(':') + 1, last.find(',') - last.find(':') - 1);
    auto const [code, what] = merged(options);
    CHECK(code == 65);
    CHECK(what == "random@fake+a=1: question_id: 1 of 24 have no answer (--limit N merges the first N): " + id);
    std::filesystem::remove(shard);
    CHECK_THAT(merged(options).what, Catch::EndsWith(": 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, "
                                                     "19, 20 and 4 others"));
    CHECK(s.files("out") == before);
}

TEST_CASE("merge: question files are found where they were, or where they are said to be", "[evaluation]") {
    setting const s;
    auto run = s.options("out");
    run.limit = 5;
    REQUIRE(run_quietly(run) == 0);
    evaluation::merge_options options{.folder = run.out, .tasks = {}, .limit = 5};
    CHECK(merged(options).code == 0);
    options.limit = 6;
    CHECK(merged(options).code == 65);
    options.limit = 5;
    std::filesystem::create_directory(s.folder / "moved");
    std::filesystem::rename(s.folder / "random.jsonl", s.folder / "moved/random.jsonl");
    CHECK(merged(options).code == 66);
    options.tasks = {"pope:" + (s.folder / "moved/random.jsonl").native()};
    CHECK(merged(options).code == 0);
    support::write_pope(s.folder / "moved", "random.jsonl", 23);
    CHECK(merged(options).code == 78);
    CHECK(merged({.folder = s.folder / "images", .tasks = {}}).code == 66);
    CHECK(merged({.folder = s.folder / "absent", .tasks = {}}).code == 66);
}
