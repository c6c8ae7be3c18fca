// SPDX-License-Identifier: MIT
#include <evaluation/benchmarks.hpp>

#include "catch.hpp"
#include "support.hpp"

TEST_CASE("benchmarks: each is found by its name, and reads back the answers it writes", "[evaluation]") {
    evaluation::benchmark_list::for_each([]<class Benchmark>() {
        INFO(Benchmark::name);
        auto const found = evaluation::find_benchmark(Benchmark::name);
        CHECK(found.name == Benchmark::name);
        evaluation::question const asked{.id = 12, .image = "a.png", .text = "?", .label_is_yes = true, .line = 1};
        auto const line = found.answer_line(asked, "Yes", "m");
        CHECK(line.find('\n') == line.size() - 1);
        auto const document = llava::io::json_document::parse(line, "line");
        CHECK(found.read_answer(document->root()).id == 12);
        CHECK(found.read_answer(document->root()).text == "Yes");
    });
    CHECK(support::thrown_by([] { evaluation::find_benchmark(""); }).code == 64);
}
