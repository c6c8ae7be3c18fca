// SPDX-License-Identifier: MIT
#include <evaluation/console.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "catch.hpp"
#include "support.hpp"

TEST_CASE("console: results to stdout, remarks to stderr", "[evaluation]") {
    CHECK(support::captured(STDOUT_FILENO, [] { evaluation::print("a\n"); }) == "a\n");
    CHECK(support::captured(STDERR_FILENO, [] { evaluation::say("b"); }) == "causalmm-eval: b\n");
}

TEST_CASE("console: a result that cannot be printed is an I/O error", "[evaluation]") {
    std::fflush(stdout);
    int const before = ::dup(STDOUT_FILENO);
    int const full = ::open("/dev/full", O_WRONLY);
    ::dup2(full, STDOUT_FILENO);
    auto const [code, what] = support::thrown_by([] { evaluation::print("a\n"); });
    ::dup2(before, STDOUT_FILENO);
    ::close(before);
    ::close(full);
    std::clearerr(stdout);
    CHECK(code == 74);
    CHECK_THAT(what, Catch::StartsWith("stdout: cannot be written"));
}

TEST_CASE("console: no file takes the place of a closed stdout", "[evaluation]") {
    auto const child = ::fork();
    if (child == 0) {
        ::close(STDIN_FILENO);
        ::close(STDOUT_FILENO);
        evaluation::reserve_standard_streams();
        int const next = ::open("/dev/null", O_WRONLY);
        bool const refused = support::thrown_by([] { evaluation::print("a"); }).code == 74;
        ::_exit(next > STDERR_FILENO && refused ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
}
