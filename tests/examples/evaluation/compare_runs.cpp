// SPDX-License-Identifier: MIT
#include <evaluation/compare_runs.hpp>

#include "catch.hpp"
#include "run_setting.hpp"

using setting = support::run_setting;

namespace {

support::thrown compared(evaluation::compare_options const& options, std::string& printed) {
    support::thrown result;
    printed = support::captured(STDOUT_FILENO,
                                [&] { result = support::thrown_by([&] { evaluation::compare_runs(options); }); });
    return result;
}

}   // namespace

TEST_CASE("compare: one folder gives the table of its run", "[evaluation]") {
    setting const s;
    auto run = s.options("out");
    run.tasks.resize(1);
    auto const table =
        support::captured(STDOUT_FILENO, [&] { CHECK(evaluation::run(run, support::fake_engine()) == 0); });
    std::string printed;
    CHECK(compared({.folders = {run.out}}, printed).code == 0);
    CHECK(printed == table);
    CHECK(compared({.folders = {run.out}, .format = "csv"}, printed).code == 0);
    CHECK(printed == support::read_file(run.out / "table.csv"));
    CHECK(compared({.folders = {run.out}, .format = "html"}, printed).code == 64);
    CHECK(printed.empty());
}

TEST_CASE("compare: several folders stand in one table, beside the greedy of the first", "[evaluation]") {
    setting const s;
    REQUIRE(support::run_quietly(s.options("a")) == 0);
    auto other = s.options("b");
    other.seed = 4;
    other.methods = {"fake:b=2"};
    REQUIRE(support::run_quietly(other) == 0);
    std::string printed;
    CHECK(compared({.folders = {s.folder / "a", s.folder / "b"}}, printed).code == 0);
    CHECK_THAT(printed,
               Catch::StartsWith("pope on model; rule: words; baseline: greedy; seed: 3,4; questions: popular 20, "
                                 "random 24\n"));
    CHECK_THAT(printed, Catch::Contains("\nrandom   a/greedy    ") && Catch::Contains("\nrandom   b/greedy    ") &&
                            Catch::Contains("\npopular  b/fake:b=2  "));
    CHECK(printed.find("baseline") < printed.find("\npopular  a/fake:a=1"));

    support::write_pope(s.folder.path(), "random.jsonl", 23);
    auto changed = s.options("c");
    REQUIRE(support::run_quietly(changed) == 0);
    CHECK(compared({.folders = {s.folder / "c", s.folder / "a"}}, printed).code == 78);
    std::filesystem::remove_all(s.folder / "c/popular@greedy.shards");
    CHECK(compared({.folders = {s.folder / "c"}}, printed).code == 65);
    CHECK(printed.empty());
}

TEST_CASE("compare: a folder is named as it was written, or by its path where names are equal", "[evaluation]") {
    setting const s;
    for (auto const* out : {"a", "b", "deep/a"}) REQUIRE(support::run_quietly(s.options(out)) == 0);
    auto const slashed = [&](std::string const& name) { return s.folder / (name + "/"); };
    std::string printed;
    CHECK(compared({.folders = {slashed("a"), slashed("b")}}, printed).code == 0);
    CHECK_THAT(printed, Catch::Contains("\nrandom   a/greedy    ") && Catch::Contains("\nrandom   b/greedy    "));
    CHECK(compared({.folders = {slashed("a"), s.folder / "deep/a"}, .format = "csv"}, printed).code == 0);
    CHECK_THAT(printed, Catch::Contains((s.folder / "a/greedy").native()) &&
                            Catch::Contains((s.folder / "deep/a/greedy").native()));
}
