// SPDX-License-Identifier: MIT
#include <llava/thread_seconds.hpp>

#include <thread>

#include "catch.hpp"

TEST_CASE("thread seconds: a thread's own work counts, another's does not", "[llava]") {
    double const start = llava::thread_seconds();
    while (llava::thread_seconds() == start) {}
    CHECK(llava::thread_seconds() > start);
    double other = 1.0;
    std::jthread{[&] { other = llava::thread_seconds(); }}.join();
    CHECK(other >= 0.0);
    CHECK(other < 1.0);   // it has only begun
}
