// SPDX-License-Identifier: MIT
#include <evaluation/shards.hpp>

#include "catch.hpp"
#include "support.hpp"

using evaluation::shards;
using support::read_file;
using support::thrown_by;
using support::write_file;

namespace {

struct setting {
    support::temporary_folder folder;
    std::vector<evaluation::question> questions{4};   // 10 to 13

    setting() {
        for (std::size_t i = 0; i < questions.size(); ++i) questions[i].id = 10 + static_cast<int>(i);
    }

    static std::string line(int id, std::string const& text) {
        return evaluation::record_line(
            {.question_id = id, .what = {.answer = {.text = text, .margin = 1, .seconds = 0.5}, .failure = ""}});
    }
    static std::string failed(int id) {
        return evaluation::record_line({.question_id = id, .what = {.answer = {}, .failure = "broke"}});
    }
    std::filesystem::path shard(std::string const& name, std::string const& text) const {
        return write_file(folder / name, text);
    }
    void add(std::string const& name, std::string const& text) const {
        std::ofstream(folder / name, std::ios::app) << text;
    }
    support::thrown refused() const {
        shards read(folder.path(), questions);
        return thrown_by([&] { read.refresh(); });
    }
};

}   // namespace

TEST_CASE("shards: records of all files, in any order, and what is added later", "[evaluation]") {
    setting const s;
    shards read(s.folder / "absent", s.questions);
    read.refresh();   // no folder, no records
    CHECK(read.settled() == 0);

    s.shard("a.0.jsonl", s.line(12, "c"));
    s.shard("b.0.jsonl", s.line(10, "a"));
    s.shard("notes.txt", "no shard");
    shards all(s.folder.path(), s.questions);
    all.refresh();
    CHECK(all.settled_of(4) == 2);
    CHECK(all.settled_of(1) == 1);
    CHECK(all.at(2).answer.text == "c");
    CHECK(all.at(1).failure == "was not answered");
    auto const half = s.line(13, "d");
    s.add("a.0.jsonl", s.line(11, "b") + half.substr(0, 20));   // one in the making is not read
    all.refresh();
    CHECK(all.settled_of(4) == 3);
    s.add("a.0.jsonl", half.substr(20));
    all.refresh();
    CHECK(all.settled() == 4);
    CHECK(all.at(3).answer.text == "d");
    all.refresh();   // nothing is read twice
    CHECK(all.settled() == 4);
}

TEST_CASE("shards: an answer is scored as its files give it, without white space at its ends", "[evaluation]") {
    setting const s;
    s.shard("a.0.jsonl", s.line(10, "\n   No way\r\n") + s.line(11, " \t"));
    s.shard("b.0.jsonl", s.line(10, "\n   No way\r\n"));
    shards read(s.folder.path(), s.questions);
    read.refresh();
    CHECK(read.at(0).answer.text == "No way");
    CHECK(read.at(0).answer.margin == 1);
    CHECK(read.at(1).answer.text.empty());
    CHECK(read.answered(1));
}

TEST_CASE("shards: R17 an answer replaces a failure, in whatever order they are read", "[evaluation]") {
    setting const s;
    s.shard("a.jsonl", s.failed(10) + s.line(11, "b") + s.failed(12));
    s.shard("b.jsonl", s.line(10, "a") + s.failed(11) + s.failed(12));
    shards read(s.folder.path(), s.questions);
    read.refresh();
    CHECK(read.settled() == 3);
    CHECK(read.answered(0));
    CHECK(read.answered(1));
    CHECK_FALSE(read.answered(2));
    CHECK(read.settled(2));
    CHECK(read.at(2).failure == "broke");
    read.forget_failures();
    CHECK_FALSE(read.settled(2));
}

TEST_CASE("shards: R5 what cannot have been written here is refused by line", "[evaluation]") {
    setting const s;
    s.shard("a.jsonl", s.line(10, "a") + "nonsense\n" + s.line(11, "b"));
    CHECK(s.refused().code == 65);
    CHECK_THAT(s.refused().what, Catch::StartsWith("a.jsonl line 2: "));
    s.shard("a.jsonl", s.line(10, "a") + s.line(99, "b"));
    CHECK(s.refused().what == "a.jsonl line 2: question_id: 99 is not in the question file");
    s.shard("a.jsonl", s.line(10, "a") + s.line(11, "b") + s.line(10, "a"));
    CHECK(s.refused().what == "a.jsonl line 3: question_id: 10 was already answered in this file");
    s.shard("a.jsonl", s.line(10, "a"));
    s.shard("b.jsonl", s.line(11, "b") + s.line(10, "a"));   // two machines whose locks the other does not see
    CHECK(s.refused().code == 0);
    s.shard("b.jsonl", s.line(10, "other"));
    CHECK(s.refused().what == "b.jsonl line 1: question_id: 10 was answered otherwise in a.jsonl");
}

TEST_CASE("shards: R5 a repair keeps every good line, and the file as it was", "[evaluation]") {
    setting const s;
    std::string const good = s.line(10, "a") + s.line(11, "b");
    std::string const bad = s.line(10, "a") + "nonsense\n" + s.line(11, "b") + s.line(99, "x") + s.line(11, "b");
    s.shard("a.jsonl", bad);
    s.shard("b.jsonl", s.line(12, "c"));
    auto const said = evaluation::repair_shards(s.folder.path(), s.questions);
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Catch::StartsWith("a.jsonl line 2: ") && Catch::EndsWith("as it was is a.jsonl.broken"));
    CHECK(read_file(s.folder / "a.jsonl") == good);
    CHECK(read_file(s.folder / "a.jsonl.broken") == bad);
    CHECK(read_file(s.folder / "b.jsonl") == s.line(12, "c"));
    CHECK(s.refused().code == 0);
}
