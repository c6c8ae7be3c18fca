// SPDX-License-Identifier: MIT
#include <evaluation/command_line.hpp>

#include <algorithm>
#include <cctype>

#include <unistd.h>

#include <evaluation/build_name.hpp>

#include "catch.hpp"
#include "support.hpp"

using support::thrown_by;

namespace {

int call(std::vector<std::string> words) {
    words.insert(words.begin(), "causalmm-eval");
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    return evaluation::command_line(static_cast<int>(argv.size()), argv.data(), support::fake_engine());
}

support::thrown refused(std::vector<std::string> const& words) {
    support::thrown result;
    auto const printed = support::captured(STDOUT_FILENO, [&] { result = thrown_by([&] { call(words); }); });
    CHECK(printed.empty());
    return result;
}

struct setting {
    support::temporary_folder folder;
    setting() { support::write_pope(folder.path(), "q.jsonl", 8); }

    std::vector<std::string> run(std::vector<std::string> const& more) const {
        std::vector<std::string> words = {
            "run",      "--model",         "m",     "--task",      "pope:" + (folder / "q.jsonl").native(),
            "--images", folder / "images", "--out", folder / "out"};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }
};

}   // namespace

TEST_CASE("command line: run, merge, score and check", "[evaluation]") {
    setting const s;
    auto const run = s.run({"--method", "greedy", "--method", "fake:b=1", "--limit", "6", "--seed", "5", "--threads",
                            "2", "--prompt-suffix", " One word.", "--max-new-tokens", "4", "--schedule", "batched",
                            "--prefixes", "separate"});
    auto const table = support::captured(STDOUT_FILENO, [&] { CHECK(call(run) == 0); });
    CHECK_THAT(table, Catch::Contains("questions: q 6\n") && Catch::Contains("fake:b=1"));
    auto const header = support::read_file(s.folder / "out/q@fake+b=1.run.json");
    CHECK_THAT(header, Catch::Contains("\"seed\": \"5\"") && Catch::Contains("\"prompt_suffix\": \" One word.\"") &&
                           Catch::Contains("\"max_new_tokens\": \"4\"") &&
                           Catch::Contains("\"schedule\": \"batched\"") &&
                           Catch::Contains("\"prefixes\": \"separate\"") &&
                           Catch::Contains("\"build\": \"" + evaluation::build_name() + "\""));

    CHECK(support::captured(STDOUT_FILENO, [&] {
              CHECK(call({"merge", s.folder / "out", "--limit", "6"}) == 0);
          }) == "q@fake+b=1: 6 answers\nq@greedy: 6 answers\n");

    std::vector<std::string> const score = {"score",
                                            "--task",
                                            "pope",
                                            "--questions",
                                            s.folder / "q.jsonl",
                                            "--answers",
                                            s.folder / "out/q@greedy.answers.jsonl",
                                            "--margins",
                                            s.folder / "out/q@greedy.margins.jsonl",
                                            "--rule",
                                            "vcd",
                                            "--limit",
                                            "6"};
    std::string scores;
    auto const warned = support::captured(
        STDERR_FILENO, [&] { scores = support::captured(STDOUT_FILENO, [&] { CHECK(call(score) == 0); }); });
    CHECK_THAT(scores, Catch::StartsWith("rule vcd, 6 answers\n") && Catch::Contains("AUC"));
    CHECK_THAT(warned,
               Catch::Contains("disagree"));   // the fake says "No, ..." at times, which the exact rule does not read

    std::vector<std::string> const check = {
        "check", "--model", "m", "--task", "pope:" + (s.folder / "q.jsonl").native(), "--images", s.folder / "images"};
    CHECK_THAT(support::captured(STDOUT_FILENO, [&] { CHECK(call(check) == 0); }),
               Catch::Contains("q.jsonl: 8 questions"));
    CHECK_THAT(support::captured(STDOUT_FILENO,
                                 [&] {
                                     CHECK(call({"check", "--model", "m"}) == 0);
                                 }),
               Catch::StartsWith("config.json"));
}

TEST_CASE("command line: help and version need no model", "[evaluation]") {
    CHECK_THAT(support::captured(STDOUT_FILENO, [] { CHECK(call({"--help"}) == 0); }),
               Catch::Contains("run") && Catch::Contains("score"));
    CHECK_THAT(support::captured(STDOUT_FILENO,
                                 [] {
                                     CHECK(call({"run", "--help"}) == 0);
                                 }),
               Catch::Contains("--prompt-suffix"));
    CHECK(support::captured(STDOUT_FILENO, [] { CHECK(call({"--version"}) == 0); }) == "causalmm-eval 0.1.0\n");
}

TEST_CASE("command line: help names the benchmarks and the engine's methods", "[evaluation]") {
    auto const help = [](std::string const& command) {
        auto text = support::captured(STDOUT_FILENO, [&] { CHECK(call({command, "--help"}) == 0); });
        text.erase(
            std::unique(text.begin(), text.end(), [](char a, char b) { return std::isspace(a) && std::isspace(b); }),
            text.end());
        std::replace(text.begin(), text.end(), '\n', ' ');   // wherever lines are broken
        return text;
    };
    std::string const benchmarks = "pope, mme, vlind, chair, amber, hallusion, llava-bench, mmhal";
    CHECK_THAT(help("run"), Catch::Contains("benchmarks: " + benchmarks) && Catch::Contains("names: greedy, fake "));
    CHECK_THAT(help("check"), Catch::Contains("benchmarks: " + benchmarks));
    CHECK_THAT(help("score"), Catch::Contains("benchmark: " + benchmarks));
}

TEST_CASE("command line: what is wrong with it is a usage error of one line", "[evaluation]") {
    setting const s;
    std::vector<std::vector<std::string>> const wrong = {{},
                                                         {"unknown"},
                                                         {"run"},
                                                         {"run", "--model"},
                                                         {"--model", "m"},
                                                         s.run({}),
                                                         s.run({"--method"}),
                                                         s.run({"--method", "nonsense"}),
                                                         s.run({"--method", "greedy", "--schedule", "nonsense"}),
                                                         s.run({"--method", "greedy", "--bogus", "1"}),
                                                         s.run({"--method", "greedy", "--seed", "1", "--seed", "2"}),
                                                         s.run({"--method", "greedy", "extra"}),
                                                         s.run({"--method", "greedy", "fake"}),
                                                         s.run({"--method", "greedy", "--overwrite", "--repair"}),
                                                         {"merge"},
                                                         {"check"},
                                                         {"check", "--model", "m", "--task", "pope"},
                                                         s.run({"--method", "greedy", "--prompt-preset", "short"}),
                                                         {"score", "--task", "pope"}};
    for (auto const& words : wrong) {
        std::string all;
        for (auto const& word : words) all += word + " ";
        INFO(all);
        auto const [code, what] = refused(words);
        CHECK(code == 64);
        CHECK(what.find('\n') == std::string::npos);
        CHECK(what.size() <= 400);
    }
    CHECK_FALSE(std::filesystem::exists(s.folder / "out"));
}

TEST_CASE("command line: numbers are decimal integers within their range", "[evaluation]") {
    setting const s;
    for (auto const& [option, text] :
         std::vector<std::pair<std::string, std::string>>{{"--seed", "-1"},
                                                          {"--seed", "18446744073709551616"},
                                                          {"--seed", "0x10"},
                                                          {"--seed", ""},
                                                          {"--seed", " 4"},
                                                          {"--seed", "+4"},
                                                          {"--seed", "1e3"},
                                                          {"--threads", "0"},
                                                          {"--threads", "100000"},
                                                          {"--limit", "-1"},
                                                          {"--limit", "0"},
                                                          {"--limit", "1.5"},
                                                          {"--timeout", "0"},
                                                          {"--max-new-tokens", "0"},
                                                          {"--max-new-tokens", "-1"},
                                                          {"--max-new-tokens", "1000000000"}}) {
        INFO(option << " " << text);
        auto const [code, what] = refused(s.run({"--method", "greedy", option + "=" + text}));
        CHECK(code == 64);
        CHECK_THAT(what, Catch::Contains(option));
    }
    CHECK(evaluation::parse_integer("--seed", "18446744073709551615", 0, ~std::uint64_t{0}) == ~std::uint64_t{0});
    CHECK(thrown_by([] { evaluation::parse_integer("--x", "7", 1, 6); }).what ==
          "--x: expected an integer from 1 to 6, found \"7\"");
}
