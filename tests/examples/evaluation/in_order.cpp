// SPDX-License-Identifier: MIT
#include <evaluation/in_order.hpp>

#include <atomic>
#include <stdexcept>

#include "catch.hpp"
#include "support.hpp"

using evaluation::ordered_work;
using evaluation::reply;

namespace {

struct recorder {
    std::vector<std::string> texts;
    std::atomic<bool> stopped = false;

    ordered_work task(std::size_t first, std::size_t count, int threads) {
        return {.first = first,
                .count = count,
                .threads = threads,
                .work =
                    [](std::size_t i) {
                        std::this_thread::sleep_for(std::chrono::microseconds(i * 7919 % 300));
                        return reply{.text = std::to_string(i), .margin = 0, .seconds = 0};
                    },
                .write =
                    [this](ordered_work::batch const& batch) {
                        for (auto const& [index, answer] : batch) {
                            CHECK(answer.text == std::to_string(index));
                            texts.push_back(answer.text);
                        }
                    },
                .stop = [this] { return stopped.load(); },
                .idle = [] {}};
    }
};

std::vector<std::string> numbers(std::size_t first, std::size_t count) {
    std::vector<std::string> result;
    for (; first < count; ++first) result.push_back(std::to_string(first));
    return result;
}

}   // namespace

TEST_CASE("in order: each once and in order, for any number of threads", "[evaluation]") {
    for (int const threads : {1, 2, 7, 64}) {
        recorder seen;
        CHECK(evaluation::run_in_order(seen.task(3, 200, threads)) == 200);
        CHECK(seen.texts == numbers(3, 200));
    }
    recorder nothing;
    CHECK(evaluation::run_in_order(nothing.task(5, 5, 2)) == 5);
    CHECK(evaluation::run_in_order(nothing.task(9, 5, 2)) == 9);
    CHECK(nothing.texts.empty());
}

TEST_CASE("in order: what was begun before a stop is finished and written", "[evaluation]") {
    recorder seen;
    auto task = seen.task(0, 1000, 3);
    std::atomic<std::size_t> begun = 0;
    task.work = [&](std::size_t i) {
        if (++begun == 50) seen.stopped = true;
        return reply{.text = std::to_string(i), .margin = 0, .seconds = 0};
    };
    auto const written = evaluation::run_in_order(task);
    CHECK(written == begun);
    CHECK(written < 100);
    CHECK(seen.texts == numbers(0, written));
}

TEST_CASE("in order: a failure comes after the replies before it", "[evaluation]") {
    recorder seen;
    auto task = seen.task(0, 100, 4);
    auto const work = task.work;
    task.work = [&](std::size_t i) {
        if (i == 37) throw std::runtime_error("37");
        return work(i);
    };
    CHECK_THROWS_WITH(evaluation::run_in_order(task), "37");
    REQUIRE(seen.texts.size() == 37);
    CHECK(seen.texts == numbers(0, 37));
}

TEST_CASE("in order: a writer that fails ends the threads", "[evaluation]") {
    recorder seen;
    auto task = seen.task(0, 100'000, 4);
    task.write = [](ordered_work::batch const&) { throw std::runtime_error("disk"); };
    CHECK_THROWS_WITH(evaluation::run_in_order(task), "disk");
}
