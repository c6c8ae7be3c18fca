// SPDX-License-Identifier: MIT
#include <evaluation/pool.hpp>

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>

#include "catch.hpp"
#include "support.hpp"

using evaluation::outcome;
using evaluation::piece;
using evaluation::shared_work;

namespace {

// Pieces 0 to count - 1, three at a time, and what became of them.
struct recorder {
    std::size_t count = 0;
    std::size_t given = 0;
    std::size_t together = 1;   // pieces of one picture
    std::set<std::string> texts;
    std::atomic<bool> stopped = false;

    shared_work task(std::size_t pieces, int threads) {
        count = pieces;
        shared_work result;
        result.threads = threads;
        result.more = [this] {
            std::vector<piece> next;
            for (; given < count && next.size() < 3; ++given)
                next.push_back({.job = 1, .question = given, .picture = given / together});
            return next;
        };
        result.over = [this] { return texts.size() == count; };
        result.work = [](piece p) {
            std::this_thread::sleep_for(std::chrono::microseconds(p.question * 7919 % 300));
            return outcome{.answer = {.text = std::to_string(p.question)}, .failure = ""};
        };
        result.write = [this](shared_work::batch const& batch) {
            for (auto const& [what, done] : batch) {
                CHECK(what.job == 1);
                CHECK(done.answer.text == std::to_string(what.question));
                CHECK(texts.insert(done.answer.text).second);
            }
        };
        result.stop = [this] { return stopped.load(); };
        result.idle = [] {};
        result.late = [](piece const*) { throw std::logic_error("late"); };
        return result;
    }
};

}   // namespace

TEST_CASE("pool: every piece once, for any number of threads", "[evaluation]") {
    for (int const threads : {1, 2, 7, 64}) {
        recorder seen;
        evaluation::run_shared(seen.task(200, threads));
        CHECK(seen.texts.size() == 200);
    }
    recorder nothing;
    evaluation::run_shared(nothing.task(0, 2));
    CHECK(nothing.texts.empty());
}

TEST_CASE("pool: pieces that go together are done by one thread in their order, the others meanwhile by others",
          "[evaluation]") {
    for (int const threads : {1, 2, 5, 16}) {
        recorder seen;
        seen.together = 6;
        auto task = seen.task(150, threads);
        std::mutex mutex;
        std::map<std::size_t, std::pair<std::thread::id, std::vector<std::size_t>>> by_picture;
        std::set<std::thread::id> all;
        auto const work = task.work;
        task.work = [&](piece p) {
            {
                std::scoped_lock const hold(mutex);
                auto const self = std::this_thread::get_id();
                auto& [thread, questions] = by_picture[p.picture];
                if (questions.empty()) thread = self;
                if (thread != self) questions.push_back(seen.count);   // reported below
                questions.push_back(p.question);
                all.insert(self);
            }
            return work(p);
        };
        evaluation::run_shared(task);
        CHECK(seen.texts.size() == 150);
        CHECK(by_picture.size() == 25);
        for (auto const& [picture, done] : by_picture) {
            std::vector<std::size_t> expected(6);
            for (std::size_t i = 0; i < 6; ++i) expected[i] = 6 * picture + i;
            CHECK(done.second == expected);
        }
        CHECK((threads == 1) == (all.size() == 1));
    }
}

TEST_CASE("pool: R1 a stop ends pieces that go together too", "[evaluation]") {
    recorder seen;
    seen.together = 1000;
    auto task = seen.task(1000, 3);
    std::atomic<std::size_t> begun = 0;
    auto const work = task.work;
    task.work = [&](piece p) {
        if (++begun == 50) seen.stopped = true;
        return work(p);
    };
    evaluation::run_shared(task);
    CHECK(seen.texts.size() == begun);
    CHECK(begun < 200);
}

TEST_CASE("pool: waits while others have the last pieces", "[evaluation]") {
    recorder seen;
    auto task = seen.task(10, 2);
    int asked = 0;
    auto const more = task.more;
    task.more = [&] { return ++asked < 4 ? std::vector<piece>{} : more(); };
    evaluation::run_shared(task);
    CHECK(seen.texts.size() == 10);
}

TEST_CASE("pool: R1 what was begun before a stop is finished and written", "[evaluation]") {
    recorder seen;
    auto task = seen.task(1000, 3);
    std::atomic<std::size_t> begun = 0;
    auto const work = task.work;
    task.work = [&](piece p) {
        if (++begun == 50) seen.stopped = true;
        return work(p);
    };
    evaluation::run_shared(task);
    CHECK(seen.texts.size() == begun);
    CHECK(begun < 100);
}

TEST_CASE("pool: a failure comes after what else was begun is written", "[evaluation]") {
    recorder seen;
    auto task = seen.task(100, 4);
    std::atomic<std::size_t> begun = 0;
    auto const work = task.work;
    task.work = [&](piece p) {
        ++begun;
        if (p.question == 37) throw std::runtime_error("37");
        return work(p);
    };
    CHECK_THROWS_WITH(evaluation::run_shared(task), "37");
    CHECK(seen.texts.size() == begun - 1);
    CHECK(begun < 60);
}

TEST_CASE("pool: a writer that fails ends the threads", "[evaluation]") {
    recorder seen;
    auto task = seen.task(100'000, 4);
    task.write = [](shared_work::batch const&) { throw std::runtime_error("disk"); };
    CHECK_THROWS_WITH(evaluation::run_shared(task), "disk");
}

TEST_CASE("pool: R18 a piece that hangs is named, R2 one that outlasts a stop is not", "[evaluation]") {
    recorder seen;
    auto task = seen.task(5, 2);
    bool const by_signal = GENERATE(false, true);
    if (by_signal)
        task.grace = std::chrono::milliseconds(50);
    else
        task.longest = std::chrono::milliseconds(50);
    auto const work = task.work;
    std::atomic<bool> released = false;
    task.work = [&](piece p) {
        if (p.question == 3) seen.stopped = by_signal;
        while (p.question == 3 && !released) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return work(p);
    };
    int late = 0;
    task.late = [&](piece const* hanging) {   // a program ends here; the test lets go instead
        ++late;
        CHECK((hanging == nullptr) == by_signal);
        if (hanging != nullptr) CHECK(hanging->question == 3);
        released = true;
    };
    evaluation::run_shared(task);
    CHECK(late >= 1);
}
