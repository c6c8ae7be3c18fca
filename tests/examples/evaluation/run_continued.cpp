// SPDX-License-Identifier: MIT
#include <evaluation/run.hpp>

#include <atomic>
#include <fstream>
#include <iterator>
#include <mutex>
#include <span>

#include <malloc.h>
#include <signal.h>
#include <sys/wait.h>

#include "catch.hpp"
#include "run_setting.hpp"

using support::read_file;
using support::run_quietly;
using support::thrown_by;
using setting = support::run_setting;

namespace {

struct usage {
    std::ptrdiff_t descriptors = 0;
    long pages = 0;
    std::ptrdiff_t allocated = 0;   // bytes, of all that malloc holds in pages
};

usage used_now() {
    usage now;
    now.descriptors = std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
    std::ifstream("/proc/self/statm") >> now.pages >> now.pages;
    now.allocated = static_cast<std::ptrdiff_t>(::mallinfo2().uordblks);
    return now;
}

// Of each separately.
usage least(std::span<usage const> of) {
    auto result = of.front();
    for (auto const& each : of) {
        result.descriptors = std::min(result.descriptors, each.descriptors);
        result.pages = std::min(result.pages, each.pages);
        result.allocated = std::min(result.allocated, each.allocated);
    }
    return result;
}

// Answers at once, and notes after every hundredth answer what the process has.
class instant_answerer : public evaluation::answerer {
  public:
    explicit instant_answerer(std::vector<usage>& seen) : seen_(seen) {}

    evaluation::reply ask(std::size_t, evaluation::request const&) const override {
        if (++asked_ % 100 == 0) {
            std::scoped_lock const hold(mutex_);
            seen_.push_back(used_now());
        }
        return {.text = "Yes.", .margin = 1.0f};
    }

  private:
    std::vector<usage>& seen_;
    mutable std::atomic<int> asked_ = 0;
    mutable std::mutex mutex_;
};

// As support::write_pope, but in turn about the pictures of run_setting: so many more would only be read.
std::filesystem::path write_long_pope(std::filesystem::path const& folder, int count) {
    std::string lines;
    for (int i = 1; i <= count; ++i)
        lines += "{\"question_id\": " + std::to_string(i) + ", \"image\": \"scene_" + std::to_string(i / 8 % 6) +
                 ".png\", \"text\": \"Is it there?\", \"label\": \"yes\"}\n";
    return support::write_file(folder / "long.jsonl", lines);
}

}   // namespace

TEST_CASE("run: R1 R2 a signal stops it after the answers in work, and it continues to the same bytes",
          "[evaluation]") {
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

TEST_CASE("run: R1 R2 a signal ends it while it reads, before and while the model is opened, and leaves nothing",
          "[evaluation]") {
    setting const s;
    auto const stopped = [&](evaluation::engine const& engine) {
        int code = 0;
        auto const said = support::captured(STDERR_FILENO, [&] { code = run_quietly(s.options("new"), engine); });
        CHECK_THAT(said, Catch::EndsWith("interrupted before a question was asked; resume with the same command\n"));
        CHECK_FALSE(std::filesystem::exists(s.folder / "new"));
        return code;
    };
    auto hashing = support::fake_engine();   // the pictures come next
    hashing.identity = [](auto const&) {
        ::raise(SIGINT);
        return evaluation::engine::pairs{{"model_id", "m"}};
    };
    hashing.open = [](auto const&, auto const&, auto const&) -> std::unique_ptr<evaluation::answerer> {
        throw std::logic_error("opened");
    };
    CHECK(stopped(hashing) == 130);
    auto opening = support::fake_engine();
    opening.open = [](auto const&, auto const&, auto const&) {
        ::raise(SIGTERM);
        return std::make_unique<support::fake_answerer>(nullptr);
    };
    CHECK(stopped(opening) == 143);
}

TEST_CASE("run: R3 four processes, killed at any moments, leave what continues to the same bytes", "[evaluation]") {
    setting const s;
    REQUIRE(run_quietly(s.options("whole")) == 0);
    auto options = s.options("killed");
    for (int round = 0; round < 30; ++round) {
        std::vector<pid_t> children;
        for (int process = 0; process < 4; ++process) {
            options.threads = 1 + process % 2;
            auto const child = ::fork();
            if (child == 0) {
                run_quietly(options);
                ::_exit(0);
            }
            children.push_back(child);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2 + round));
        for (auto const child : children) ::kill(child, SIGKILL);
        for (auto const child : children) ::waitpid(child, nullptr, 0);
    }
    support::captured(STDERR_FILENO, [&] { REQUIRE(run_quietly(options) == 0); });
    CHECK(s.files("killed") == s.files("whole"));
}

TEST_CASE("run: processes share the questions of one output", "[evaluation]") {
    setting const s;
    REQUIRE(run_quietly(s.options("whole")) == 0);
    for (int const processes : {2, 5}) {
        auto const out = "by" + std::to_string(processes);
        std::vector<pid_t> children;
        for (int process = 0; process < processes; ++process) {
            children.push_back(::fork());
            if (children.back() != 0) continue;
            ::_exit(run_quietly(s.options(out)));
        }
        for (auto const child : children) {
            int status = -1;
            ::waitpid(child, &status, 0);
            CHECK(status == 0);
        }
        CHECK(s.files(out) == s.files("whole"));
        std::size_t records = 0;   // no question was answered twice
        for (auto const& each : std::filesystem::recursive_directory_iterator(s.folder / out)) {
            if (!each.path().parent_path().native().ends_with(".shards")) continue;
            auto const text = read_file(each.path());
            records += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
        }
        CHECK(records == 88);
    }
}

TEST_CASE("run: R17 a failure in the middle keeps what was answered", "[evaluation]") {
    setting const s;
    REQUIRE(run_quietly(s.options("whole")) == 0);
    auto options = s.options("out");
    options.threads = 3;
    auto const engine = support::fake_engine([](evaluation::request const& wanted) {
        if (wanted.sample == 11) throw llava::io::error(llava::io::exit_code::bad_data, "x.png", "", "broke");
    });
    CHECK(thrown_by([&] { run_quietly(options, engine); }).what == "x.png: broke");
    CHECK(s.files("out").empty());
    CHECK(run_quietly(options) == 0);
    CHECK(s.files("out") == s.files("whole"));
}

TEST_CASE("run: R17 told to keep going, a failure is recorded, counted, and asked again by the next run",
          "[evaluation]") {
    setting const s;
    REQUIRE(run_quietly(s.options("whole")) == 0);
    auto options = s.options("out");
    options.keep_going = true;
    auto const engine = support::fake_engine([](evaluation::request const& wanted) {
        if (wanted.sample == 11) throw llava::io::error(llava::io::exit_code::bad_data, "x.png", "", "broke");
    });
    auto const said = support::captured(STDERR_FILENO, [&] { CHECK(run_quietly(options, engine) == 65); });
    CHECK_THAT(said, Catch::Contains("error: 4 questions have no answer"));
    CHECK_THAT(s.files("out").at("random@greedy.answers.jsonl"),
               Catch::Contains("{\"question_id\":11,\"prompt\":\"Is there a thing 11 in the image?\",\"text\":\"\""));
    CHECK(run_quietly(options) == 0);
    CHECK(s.files("out") == s.files("whole"));
}

TEST_CASE("run: R18 a question that hangs ends the process with 70 and is named", "[evaluation]") {
    setting const s;
    auto options = s.options("out");
    options.longest = 0.2;
    auto const said = s.folder / "said";
    auto const child = ::fork();
    if (child == 0) {
        std::freopen(said.c_str(), "w", stderr);
        auto const hang = [](evaluation::request const& wanted) {
            while (wanted.sample == 13) std::this_thread::sleep_for(std::chrono::hours(1));
        };
        ::_exit(run_quietly(options, support::fake_engine(hang)));
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 70);
    CHECK_THAT(read_file(said),
               Catch::Contains("\ncausalmm-eval: error: random.jsonl line 13: question_id: 13 by greedy"));
    REQUIRE(run_quietly(s.options("whole")) == 0);
    CHECK(run_quietly(options) == 0);
    CHECK(s.files("out") == s.files("whole"));
}

TEST_CASE("run: R23 descriptors and memory stay flat over 20,000 questions", "[evaluation]") {
    setting const s;
    auto options = s.options("out");
    int const questions = support::keeps_memory ? 2'000 : 20'000;   // where memory tells nothing, fewer will do
    options.tasks = {"pope:" + write_long_pope(s.folder.path(), questions).native()};
    options.methods = {"greedy"};
    options.threads = 4;
    std::vector<usage> seen;
    auto engine = support::fake_engine();
    engine.open = [&](auto const&, auto const&, auto const&) { return std::make_unique<instant_answerer>(seen); };
    REQUIRE(run_quietly(options, engine) == 0);
    REQUIRE(seen.size() == static_cast<std::size_t>(questions / 100));
    // The least of the second quarter and of the last: what is in work adds to both.
    auto const quarter = seen.size() / 4;
    auto const warm = least(std::span(seen).subspan(quarter, quarter));
    auto const late = least(std::span(seen).last(quarter));
    CHECK(late.descriptors == warm.descriptors);
    if (support::keeps_memory) return;
    CHECK(late.allocated - warm.allocated < 8 * questions / 2);             // 8 bytes an answer; 0.5 were seen
    CHECK((late.pages - warm.pages) * ::sysconf(_SC_PAGESIZE) < 4 << 20);   // malloc's arenas were seen to take 1.2 MiB
}
