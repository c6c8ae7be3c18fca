// SPDX-License-Identifier: MIT
#include <evaluation/job.hpp>

#include <optional>

#include "catch.hpp"
#include "support.hpp"

using evaluation::job;
using evaluation::outcome;
using support::read_file;
using support::thrown_by;
using support::write_file;
using existing = evaluation::job::existing;

namespace {

// 16 questions, cut in two.
struct setting {
    support::temporary_folder folder;
    evaluation::task split =
        evaluation::read_task("pope:" + support::write_pope(folder.path(), "s.jsonl", 16).native());

    job::plan plan(std::string const& seed = "0") const {
        job::plan result{.split = &split, .method = "fake:a=1", .method_index = 1, .model_id = "m", .header = {}};
        result.header.add("seed", seed);
        return result;
    }
    job open(existing what = existing::continued, std::string const& seed = "0") const {
        return job(plan(seed), folder.path(), what);
    }
    std::filesystem::path header() const { return folder / "s@fake+a=1.run.json"; }
    std::filesystem::path shards() const { return folder / "s@fake+a=1.shards"; }
    std::vector<std::filesystem::path> shard_files() const {
        std::vector<std::filesystem::path> found;
        for (auto const& each : std::filesystem::directory_iterator(shards())) found.push_back(each.path());
        std::sort(found.begin(), found.end());
        return found;
    }
};

using batch = std::vector<std::pair<std::size_t, outcome>>;

batch answers(std::vector<std::size_t> const& questions, std::string const& text = "Yes") {
    batch result;
    for (auto const i : questions)
        result.emplace_back(i, outcome{.answer = {.text = text, .margin = 0.1f}, .failure = ""});
    return result;
}

std::vector<std::size_t> range(std::size_t begin, std::size_t end) {
    std::vector<std::size_t> result;
    for (; begin < end; ++begin) result.push_back(begin);
    return result;
}

}   // namespace

TEST_CASE("job: nothing is written before it begins", "[evaluation]") {
    setting const s;
    auto one = s.open();
    CHECK_FALSE(std::filesystem::exists(s.header()));
    one.begin();
    CHECK(read_file(s.header()) == "{\n  \"seed\": \"0\"\n}\n");
    CHECK(s.shard_files().empty());
}

TEST_CASE("job: two processes share the questions and see each other's answers", "[evaluation]") {
    setting const s;
    auto one = s.open(), two = s.open();
    one.begin();
    two.begin();
    CHECK(one.claim(16) == range(0, 8));
    CHECK(two.claim(16) == range(8, 16));
    CHECK(one.claim(16).empty());
    CHECK(two.claim(16).empty());
    two.append(answers(range(8, 11)));
    CHECK(one.claim(16).empty());   // five are still in work
    two.append(answers(range(11, 16)));
    one.append(answers(range(0, 8)));
    CHECK(s.shard_files().size() == 2);
    CHECK(one.over(16));
    CHECK(two.over(16));
    auto const again = s.open();
    CHECK(again.answers().settled_of(16) == 16);
    CHECK(again.answers().at(13).answer.margin == 0.1f);
}

TEST_CASE("job: R3 what a process left when it ended is claimed by another", "[evaluation]") {
    setting const s;
    std::optional<job> one(std::in_place, s.plan(), s.folder.path(), existing::continued);
    auto two = s.open();
    one->begin();
    two.begin();
    CHECK(one->claim(16) == range(0, 8));
    one->append(answers({0, 5}));
    one.reset();
    CHECK(two.claim(16) == std::vector<std::size_t>{1, 2, 3, 4, 6, 7});
    two.append(answers({1, 2, 3, 4, 6, 7}));
    CHECK(s.shard_files().size() == 1);   // its shard, too
    CHECK_FALSE(two.over(16));
    CHECK(two.over(8));
}

TEST_CASE("job: a limit is a limit, and may grow", "[evaluation]") {
    setting const s;
    auto one = s.open();
    one.begin();
    CHECK(one.claim(10) == range(0, 8));
    CHECK(one.claim(10) == range(8, 10));
    CHECK(one.claim(10).empty());
    one.append(answers(range(0, 10)));
    CHECK(one.over(10));
    auto more = s.open();
    more.begin();
    CHECK(more.claim(16) == range(10, 16));
}

TEST_CASE("job: R4 cut at any byte of the last record, it is answered once more", "[evaluation]") {
    setting const s;
    {
        auto one = s.open();
        one.begin();
        one.claim(16);
        one.append(answers({0, 1, 2}));
    }
    auto const file = s.shard_files().at(0);
    auto const whole = read_file(file);
    auto const last = whole.rfind('\n', whole.size() - 2) + 1;
    for (auto cut = last; cut < whole.size(); ++cut) {
        INFO(cut);
        std::filesystem::resize_file(file, cut);
        auto again = s.open();
        again.begin();
        CHECK(again.claim(16) == range(2, 8));
        auto const said = support::captured(STDERR_FILENO, [&] { again.append(answers({2})); });
        CHECK((said.find("a torn last line of " + std::to_string(cut - last) + " bytes was cut") !=
               std::string::npos) == (cut > last));
        CHECK(read_file(file) == whole);
    }
}

TEST_CASE("job: R17 a question that failed is settled for this process, and asked again by the next", "[evaluation]") {
    setting const s;
    auto one = s.open();
    one.begin();
    one.claim(8);
    auto some = answers(range(0, 8));
    some[3].second = {.answer = {}, .failure = "x.png: broke"};
    one.append(some);
    CHECK(one.over(8));
    auto next = s.open();
    next.begin();
    CHECK(next.claim(8) == range(3, 4));
}

TEST_CASE("job: R12 other parameters are refused, unless it is overwritten", "[evaluation]") {
    setting const s;
    auto one = s.open();
    one.begin();
    one.claim(16);
    one.append(answers({0}));
    CHECK(thrown_by([&] { s.open(existing::continued, "1"); }).code == 78);
    CHECK(thrown_by([&] { s.open(existing::repaired, "1"); }).code == 78);
    auto anew = s.open(existing::overwritten, "1");
    CHECK(s.shard_files().size() == 1);
    anew.begin();
    CHECK(s.shard_files().empty());
    CHECK_THAT(read_file(s.header()), Catch::Contains("\"seed\": \"1\""));
    CHECK(anew.claim(16) == range(0, 8));
    CHECK(thrown_by([&] { one.append(answers({1})); }).code == 74);   // R13
}

TEST_CASE("job: R12 of two that begin at the same time with other parameters, one is refused", "[evaluation]") {
    setting const s;
    auto one = s.open(existing::continued, "0"), two = s.open(existing::continued, "1");
    one.begin();
    CHECK(thrown_by([&] { two.begin(); }).code == 78);
}

TEST_CASE("job: R10 answers of unknown origin are not touched", "[evaluation]") {
    setting const s;
    auto one = s.open();
    one.begin();
    std::filesystem::remove(s.header());
    CHECK(thrown_by([&] { s.open(); }).code == 73);
    std::filesystem::remove_all(s.shards());
    write_file(s.folder / "s@fake+a=1.answers.jsonl", "somebody's\n");
    CHECK(thrown_by([&] { s.open(); }).code == 73);
    CHECK(read_file(s.folder / "s@fake+a=1.answers.jsonl") == "somebody's\n");
}

TEST_CASE("job: R5 a broken record is refused, and left out by a repair", "[evaluation]") {
    setting const s;
    {
        auto one = s.open();
        one.begin();
        one.claim(16);
        one.append(answers({0, 1, 2}));
    }
    auto const file = s.shard_files().at(0);
    auto text = read_file(file);
    text[text.find('\n') + 3] = '!';
    write_file(file, text);
    CHECK_THAT(thrown_by([&] { s.open(); }).what, Catch::Contains(" line 2: "));
    CHECK(read_file(file) == text);
    auto const said = support::captured(STDERR_FILENO, [&] {
        auto repaired = s.open(existing::repaired);
        repaired.repair();
        CHECK(repaired.answers().settled() == 2);
    });
    CHECK_THAT(said, Catch::Contains("warning: s@fake+a=1: ") && Catch::Contains(".jsonl.broken"));
    CHECK(read_file(file.native() + ".broken") == text);
}
