// SPDX-License-Identifier: MIT
#include <evaluation/signals.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include "catch.hpp"

using evaluation::signal_guard;

TEST_CASE("signals: the first asks for a stop, the handlers of before come back", "[evaluation]") {
    struct sigaction before {};
    ::sigaction(SIGTERM, nullptr, &before);
    {
        signal_guard const guard;
        CHECK(signal_guard::caught() == 0);
        ::raise(SIGPIPE);
        ::raise(SIGXFSZ);
        CHECK(signal_guard::caught() == 0);
        ::raise(SIGTERM);
        CHECK(signal_guard::caught() == SIGTERM);
    }
    CHECK(signal_guard::caught() == 0);   // it is nobody's any more
    struct sigaction after {};
    ::sigaction(SIGTERM, nullptr, &after);
    CHECK(after.sa_handler == before.sa_handler);
    signal_guard const next;
    CHECK(signal_guard::caught() == 0);
}

TEST_CASE("signals: the second ends the program", "[evaluation]") {
    auto const child = ::fork();
    if (child == 0) {
        // The test framework's own handlers would catch what this test is about.
        ::signal(SIGINT, SIG_DFL);
        signal_guard const guard;
        ::raise(SIGINT);
        ::raise(SIGINT);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGINT);
}

TEST_CASE("signals: what takes long and leaves nothing is ended, with the shell's exit code", "[evaluation]") {
    signal_guard const guard;
    signal_guard::end_if_caught();
    ::raise(SIGHUP);
    int code = 0;
    try {
        signal_guard::end_if_caught();
    } catch (evaluation::interrupted const& by) { code = by.code; }
    CHECK(code == 129);
}
