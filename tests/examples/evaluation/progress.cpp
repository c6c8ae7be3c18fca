// SPDX-License-Identifier: MIT
#include <evaluation/progress.hpp>

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
