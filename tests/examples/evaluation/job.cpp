// SPDX-License-Identifier: MIT
#include <evaluation/job.hpp>

#include <optional>

#include <evaluation/answers.hpp>

#include "catch.hpp"
#include "support.hpp"

using evaluation::job;
using support::read_file;
using support::thrown_by;
using support::write_file;

namespace {

struct setting {
    support::temporary_folder folder;
    evaluation::task split = evaluation::read_task("pope:" + support::write_pope(folder.path(), "s.jsonl", 8).native());

    job::plan plan(std::string const& seed = "0") const {
        job::plan result{.split = &split, .method = "fake:a=1", .method_index = 1, .model_id = "m", .header = {}};
        result.header.add("seed", seed);
        return result;
    }
    std::filesystem::path file(std::string_view kind) const { return folder / ("s@fake+a=1." + std::string(kind)); }

    void answer(std::size_t first, std::size_t count) const {
        job open(plan(), folder.path(), false);
        open.begin();
        evaluation::ordered_work::batch batch;
        for (; first < count; ++first)
            batch.emplace_back(
                first, evaluation::reply{.text = "Yes", .margin = 0.1f, .seconds = 0.5, .needed = 1, .skipped = 2});
        open.append(batch);
    }
};

}   // namespace

TEST_CASE("job: three files of one line an answer, and the header", "[evaluation]") {
    setting const s;
    s.answer(0, 2);
    CHECK(read_file(s.file("answers.jsonl")) ==
          "{\"question_id\":1,\"prompt\":\"Is there a thing 1 in the "
          "image?\",\"text\":\"Yes\",\"model_id\":\"m\",\"image\":\"scene_0.png\",\"metadata\":{}}\n"
          "{\"question_id\":2,\"prompt\":\"Is there a thing 2 in the "
          "image?\",\"text\":\"Yes\",\"model_id\":\"m\",\"image\":\"scene_0.png\",\"metadata\":{}}\n");
    CHECK(read_file(s.file("margins.jsonl")) ==
          "{\"question_id\":1,\"margin\":0.1}\n{\"question_id\":2,\"margin\":0.1}\n");
    CHECK(read_file(s.file("costs.jsonl")) ==
          "{\"question_id\":1,\"seconds\":0.5,\"needed\":1,\"skipped\":2}\n"
          "{\"question_id\":2,\"seconds\":0.5,\"needed\":1,\"skipped\":2}\n");
    CHECK(read_file(s.file("run.json")) == "{\n  \"seed\": \"0\"\n}\n");
    job const again(s.plan(), s.folder.path(), false);
    REQUIRE(again.done() == 2);
    CHECK(again.replies()[1].text == "Yes");
    CHECK(again.replies()[1].margin == 0.1f);
    CHECK(again.replies()[1].seconds == 0.5);
    CHECK(again.replies()[1].needed == 1);
    CHECK(again.replies()[1].skipped == 2);
}

TEST_CASE("job: side files that are ahead are cut to the answers", "[evaluation]") {
    setting const s;
    s.answer(0, 3);
    auto const answers = read_file(s.file("answers.jsonl"));
    write_file(s.file("answers.jsonl"), answers.substr(0, answers.size() - 5));
    job again(s.plan(), s.folder.path(), false);
    CHECK(again.done() == 2);
    CHECK(again.torn() > 0);
    again.begin();
    CHECK(again.torn() == 0);
    CHECK_THAT(answers, Catch::StartsWith(read_file(s.file("answers.jsonl"))));
    CHECK(read_file(s.file("margins.jsonl")) ==
          "{\"question_id\":1,\"margin\":0.1}\n{\"question_id\":2,\"margin\":0.1}\n");
}

TEST_CASE("job: cut at any byte of the last record, it continues to the same bytes", "[evaluation]") {
    setting const s;
    s.answer(0, 3);
    auto const whole = read_file(s.file("answers.jsonl"));
    auto const margins = read_file(s.file("margins.jsonl"));
    for (auto cut = whole.rfind('\n', whole.size() - 2) + 1; cut < whole.size(); ++cut) {
        INFO(cut);
        std::filesystem::resize_file(s.file("answers.jsonl"), cut);
        s.answer(2, 3);
        CHECK(read_file(s.file("answers.jsonl")) == whole);
        CHECK(read_file(s.file("margins.jsonl")) == margins);
    }
}

TEST_CASE("job: other parameters are refused, unless nothing is there yet", "[evaluation]") {
    setting const s;
    { job(s.plan("1"), s.folder.path(), false).begin(); }
    s.answer(0, 1);
    auto const before = read_file(s.file("answers.jsonl"));
    CHECK(thrown_by([&] { job(s.plan("1"), s.folder.path(), false); }).code == 78);
    CHECK(read_file(s.file("answers.jsonl")) == before);
    job anew(s.plan("1"), s.folder.path(), true);
    CHECK(anew.done() == 0);
    CHECK(read_file(s.file("answers.jsonl")) == before);
    anew.abandon();   // not its own
    CHECK(read_file(s.file("answers.jsonl")) == before);
    anew.begin();
    CHECK(read_file(s.file("answers.jsonl")).empty());
}

TEST_CASE("job: what was created in vain is taken back", "[evaluation]") {
    setting const s;
    job unused(s.plan(), s.folder.path(), false);
    CHECK(std::filesystem::exists(s.file("costs.jsonl")));
    unused.abandon();
    for (auto const* kind : {"answers.jsonl", "margins.jsonl", "costs.jsonl", "run.json"}) {
        CHECK_FALSE(std::filesystem::exists(s.file(kind)));
    }
}

TEST_CASE("job: answers of unknown origin are not touched", "[evaluation]") {
    setting const s;
    s.answer(0, 1);
    auto const before = read_file(s.file("answers.jsonl"));
    std::filesystem::remove(s.file("run.json"));
    CHECK(thrown_by([&] { job(s.plan(), s.folder.path(), false); }).code == 73);
    CHECK(read_file(s.file("answers.jsonl")) == before);
}

TEST_CASE("job: a file that is not the prefix it should be is refused by line", "[evaluation]") {
    setting const s;
    s.answer(0, 3);
    auto const margins = read_file(s.file("margins.jsonl"));
    auto const refused = [&](std::string const& answers) {
        write_file(s.file("answers.jsonl"), answers);
        write_file(s.file("margins.jsonl"), margins);
        return thrown_by([&] { job(s.plan(), s.folder.path(), false); });
    };
    auto const line = [&](int i) {
        return evaluation::answer_line(s.split.questions[static_cast<std::size_t>(i)], "x", "m");
    };
    CHECK(refused(line(0) + line(2)).what == "s@fake+a=1.answers.jsonl line 2: question_id: expected 2, found 3");
    CHECK(refused(line(0) + line(0)).code == 65);
    CHECK(refused(line(0) + "nonsense\n" + line(2)).code == 65);
    CHECK(refused(line(0) + line(1) + line(2) + line(3)).what ==
          "s@fake+a=1.margins.jsonl: holds 3 records for 4 answers");
}
