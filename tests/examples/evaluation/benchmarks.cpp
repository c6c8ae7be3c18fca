// SPDX-License-Identifier: MIT
#include <evaluation/benchmarks.hpp>

#include "catch.hpp"
#include "support.hpp"

TEST_CASE("benchmarks: each is found by its name", "[evaluation]") {
    evaluation::benchmark_list::for_each([]<class Benchmark>() {
        INFO(Benchmark::name);
        auto const found = evaluation::find_benchmark(Benchmark::name);
        CHECK(found.name == Benchmark::name);
        CHECK(found.longest_answer > 0);
        CHECK(support::thrown_by([&] { found.open("absent", {}); }).code == 66);
    });
    CHECK(support::thrown_by([] { evaluation::find_benchmark(""); }).code == 64);
}
