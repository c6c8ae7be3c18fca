// SPDX-License-Identifier: MIT
#include <evaluation/run.hpp>

#include <atomic>

#include <signal.h>
#include <sys/wait.h>

#include "catch.hpp"
#include "run_setting.hpp"

using support::read_file;
using support::run_quietly;
using support::thrown_by;
using setting = support::run_setting;

TEST_CASE("run: an answers file cut in its last record continues to the same bytes", "[evaluation]") {
    setting const s;
    auto options = s.options("out");
    options.tasks.resize(1);
    REQUIRE(run_quietly(options) == 0);
    auto const expected = s.files("out");
    auto const file = s.folder / "out/random@fake+a=1.answers.jsonl";
    auto const whole = read_file(file);
    auto const last = whole.rfind('\n', whole.size() - 2) + 1;
    for (auto cut = last; cut < whole.size(); cut += 9) {   // every byte: job
        INFO(cut);
        std::filesystem::resize_file(file, cut);
        auto const said = support::captured(STDERR_FILENO, [&] { CHECK(run_quietly(options) == 0); });
        CHECK(s.files("out") == expected);
        CHECK((said.find("a torn last line of " + std::to_string(cut - last) + " bytes was cut") !=
               std::string::npos) == (cut > last));
    }
}

TEST_CASE("run: a signal stops it after the answers in work, and it continues to the same bytes", "[evaluation]") {
    setting const s;
    REQUIRE(run_quietly(s.options("whole")) == 0);
    int const number = GENERATE(SIGINT, SIGTERM, SIGHUP);
    int const threads = GENERATE(1, 3);
    auto options = s.options("broken");
    options.threads = threads;
    std::atomic<int> asked = 0;
    auto const engine = support::fake_engine([&](auto const&) {
        if (++asked == 30) ::raise(number);
    });
    int code = 0;
    auto const said = support::captured(STDERR_FILENO, [&] { code = run_quietly(options, engine); });
    CHECK(code == 128 + number);
    CHECK_THAT(said, Catch::Contains("interrupted after ") && Catch::Contains(" of 88; resume with the same command"));
    CHECK_FALSE(std::filesystem::exists(options.out / "table.md"));
    CHECK(run_quietly(options) == 0);
    CHECK(s.files("broken") == s.files("whole"));
}

TEST_CASE("run: killed at any moments, it continues to the same bytes", "[evaluation]") {
    setting const s;
    REQUIRE(run_quietly(s.options("whole")) == 0);
    auto options = s.options("killed");
    options.threads = 2;
    for (int round = 0; round < 12; ++round) {
        auto const child = ::fork();
        if (child == 0) {
            run_quietly(options);
            ::_exit(0);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2 + 3 * round));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    REQUIRE(run_quietly(options) == 0);
    CHECK(s.files("killed") == s.files("whole"));
}

TEST_CASE("run: a failure in the middle keeps what was answered", "[evaluation]") {
    setting const s;
    auto options = s.options("out");
    options.threads = 3;
    auto const engine = support::fake_engine([](evaluation::request const& wanted) {
        if (wanted.sample == 11) throw llava::io::error(llava::io::exit_code::bad_data, "x.png", "", "broke");
    });
    CHECK(thrown_by([&] { run_quietly(options, engine); }).what == "x.png: broke");
    auto const text = read_file(options.out / "random@greedy.answers.jsonl");
    CHECK(std::count(text.begin(), text.end(), '\n') == 10);
    CHECK(run_quietly(options) == 0);
}
