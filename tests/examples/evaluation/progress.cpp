// SPDX-License-Identifier: MIT
#include <evaluation/progress.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "catch.hpp"
#include "support.hpp"

using evaluation::progress_line;

TEST_CASE("progress: done, share, rate and time left", "[evaluation]") {
    // 100 answers in 20 s are 5/s; 900 are left: 180 s.
    CHECK(progress_line({.done = 200, .before = 100, .total = 1100, .seconds = 20}, "a@b") ==
          "200/1100 18.2% 5.0/s 3:00 left  a@b");
}

TEST_CASE("progress: nothing done yet", "[evaluation]") {
    CHECK(progress_line({.done = 0, .before = 0, .total = 10, .seconds = 0}, "x") == "0/10 0.0% 0.0/s -:-- left  x");
}

TEST_CASE("progress: hours", "[evaluation]") {
    CHECK(progress_line({.done = 1, .before = 0, .total = 3, .seconds = 3661}, "") == "1/3 33.3% 0.0/s 2:02:02 left  ");
}

TEST_CASE("progress: without a terminal a short run says nothing", "[evaluation]") {
    CHECK(support::captured(STDERR_FILENO, [] {
              evaluation::progress shown(10, 0);
              shown.update(5, "x");
          }) == "");
}

TEST_CASE("progress: on a terminal the line is cut at its width", "[evaluation]") {
    int const master = ::posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0) {
        WARN("there is no pseudo-terminal here");
        return;
    }
    int const terminal = ::open(::ptsname(master), O_RDWR | O_NOCTTY);
    REQUIRE(terminal >= 0);
    // What is shown between the sequence that clears the line at first and the one that does so at the end.
    auto const shown = [&](unsigned short columns) {
        winsize const size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
        REQUIRE(::ioctl(terminal, TIOCSWINSZ, &size) == 0);
        std::fflush(stderr);
        int const before = ::dup(STDERR_FILENO);
        ::dup2(terminal, STDERR_FILENO);
        {
            evaluation::progress line(10, 0);
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            line.update(5, std::string(200, 'x'));
        }
        std::fflush(stderr);
        ::dup2(before, STDERR_FILENO);
        ::close(before);
        std::string const clear = "\r\033[K";
        std::string text;
        for (char c = 0; text.size() <= clear.size() || !text.ends_with(clear); text += c)
            REQUIRE(::read(master, &c, 1) == 1);
        REQUIRE(text.starts_with(clear));
        return text.substr(clear.size(), text.size() - 2 * clear.size());
    };
    auto const wide = shown(120);
    CHECK(wide.size() == 119);
    CHECK(wide.starts_with("5/10 50.0% "));
    CHECK(shown(40).size() == 39);
    CHECK(shown(0).size() == 99);   // it does not know
    ::close(terminal);
    ::close(master);
}
