// SPDX-License-Identifier: MIT
#include <evaluation/process_group.hpp>

#include <evaluation/signals.hpp>

#include "catch.hpp"
#include "support.hpp"

using evaluation::first_then_others;
using evaluation::process_group;

TEST_CASE("process group: alone, the work is done", "[evaluation]") {
    int done = 0;
    first_then_others({}, [&] { ++done; });
    CHECK(done == 1);
}

TEST_CASE("process group: the others begin when the first has, and end as it failed", "[evaluation]") {
    int told = -1;
    process_group first{.rank = 0, .size = 2, .local_size = 2, .agree = [&](int number) { return told = number; }};
    int done = 0;
    first_then_others(first, [&] { ++done; });
    CHECK(told == 0);
    auto const failed = support::thrown_by(
        [&] { first_then_others(first, [] { throw llava::io::error(llava::io::exit_code::config, "a", "b", "c"); }); });
    CHECK(failed.code == 78);
    CHECK(told == 78);
    CHECK_THROWS_AS(first_then_others(first, [] { throw std::bad_alloc(); }), std::bad_alloc);
    CHECK(told == 70);
    CHECK_THROWS_AS(first_then_others(first, [] { throw evaluation::interrupted(2); }), evaluation::interrupted);
    CHECK(told == 130);

    process_group other{.rank = 1, .size = 2, .local_size = 2, .agree = [](int number) { return number; }};
    first_then_others(other, [&] { ++done; });
    CHECK(done == 2);
    other.agree = [](int) { return 78; };
    int code = 0;
    try {
        first_then_others(other, [&] { ++done; });
    } catch (evaluation::ended_by_first const& end) { code = end.code; }
    CHECK(code == 78);
    CHECK(done == 2);
}
