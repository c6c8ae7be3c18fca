// SPDX-License-Identifier: MIT
#include <llava/io/error.hpp>

#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "catch.hpp"
#include "support.hpp"

namespace io = llava::io;

namespace {

struct outcome {
    int code;
    std::string printed;
};

// Runs a body with stderr going to a file.
outcome run(int (*body)(int, char**)) {
    support::folder const here;
    auto const file = here.path() / "stderr";
    std::fflush(stderr);
    int const kept = ::dup(2);
    std::FILE* const target = std::fopen(file.c_str(), "w");
    ::dup2(::fileno(target), 2);
    int const code = io::run_program("prog", 0, nullptr, body);
    std::fflush(stderr);
    ::dup2(kept, 2);
    ::close(kept);
    std::fclose(target);
    return {code, support::contents(file)};
}

void run_out_of_memory() { throw std::bad_alloc(); }

}   // namespace

TEST_CASE("error: names file, field and fault on one line", "[llava][io]") {
    io::error const why(io::exit_code::bad_data, "/some/where/config.json", "text_config.hidden_size",
                        "expected an integer");
    CHECK(std::string(why.what()) == "config.json: text_config.hidden_size: expected an integer");
    CHECK(why.code == io::exit_code::bad_data);
    CHECK(std::string(io::error(io::exit_code::usage, "", "--gamma", "is below 0").what()) == "--gamma: is below 0");
    CHECK(std::string(io::error(io::exit_code::no_input, "a/b/", "", "absent").what()) == "b: absent");
}

TEST_CASE("error: foreign bytes are escaped and cut", "[llava][io]") {
    io::error const why(io::exit_code::bad_data, "evil\x1b[31m\n.json", std::string(5000, 'f'),
                        std::string(5000, '\n'));
    std::string const text = why.what();
    CHECK(text.size() <= 400);
    CHECK(text.find("evil\\x1B[31m\\x0A.json: ") == 0);
    CHECK(text.find('\n') == std::string::npos);
    CHECK(io::quote("a\"b") == "\"a\"b\"");
    CHECK(io::quote(std::string(100, 'x')) == "\"" + std::string(64, 'x') + "...\"");
    CHECK(io::quote("\xC3\xA9") == "\"\\xC3\\xA9\"");
}

TEST_CASE("error: a path's last component", "[llava][io]") {
    CHECK(io::base_name("a/b.json") == "b.json");
    CHECK(io::base_name("b.json") == "b.json");
    CHECK(io::base_name("a/b///") == "b");
    CHECK(io::base_name("/") == "/");
    CHECK(io::base_name("").empty());
}

TEST_CASE("error: run_program turns every exception into one line and a code", "[llava][io]") {
    CHECK(run([](int, char**) { return 3; }).code == 3);
    auto const mine =
        run([](int, char**) -> int { throw io::error(io::exit_code::config, "run.json", "gamma", "differs"); });
    CHECK(mine.code == 78);
    CHECK(mine.printed == "prog: error: run.json: gamma: differs\n");
    CHECK(run([](int, char**) -> int { throw std::bad_alloc(); }).code == 71);
    CHECK(run([](int, char**) -> int { throw std::bad_alloc(); }).printed == "prog: error: out of memory\n");
    CHECK(run([](int, char**) -> int {
              throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
          }).code == 71);
    CHECK(run([](int, char**) -> int { throw std::system_error(std::make_error_code(std::errc::io_error)); }).code ==
          74);
    CHECK(run([](int, char**) -> int { throw std::logic_error("two\nlines"); }).code == 70);
    CHECK(run([](int, char**) -> int { throw std::logic_error("two\nlines"); }).printed == "prog: error: two?lines\n");
    CHECK(run([](int, char**) -> int { throw 5; }).code == 70);
    auto const longest = run([](int, char**) -> int { throw std::runtime_error(std::string(2000, 'x')); });
    CHECK(longest.printed.size() == 401);   // 400 and the line's end
}

TEST_CASE("error: run_program does so for an exception that leaves a noexcept function, on any thread", "[llava][io]") {
    support::folder const here;
    auto const file = here.path() / "printed";
    auto const child = ::fork();
    if (child == 0) {
        std::freopen(file.c_str(), "w", stderr);
        io::run_program("prog", 0, nullptr, [](int, char**) {
            auto const loop = []() noexcept { run_out_of_memory(); };
            std::thread(loop).join();
            return 0;
        });
        ::_exit(0);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 71);
    CHECK(support::contents(file) == "prog: error: out of memory\n");
}
