// SPDX-License-Identifier: MIT
// What the harness costs beside the model, on the embedded model's 1,800 adversarial POPE questions, one method, one thread.
//
// harness/answer   a whole run by an engine that answers at once; times are of an answered question
//   processor_us   processor time of the whole process: claiming, recording, and the table with its statistics
//   wall_us        the same on the clock, which waits for the disk to hold each record
//   model_us       processor time of an answer by the model, greedy, mean of 60: a picture's six questions share its prefix
//   percent        processor_us / model_us
//   once_ms        what a run pays before its first question, in wall_us and processor_us left out: checks of every input
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <benchmark/benchmark.h>

#include <evaluation/llava_engine.hpp>
#include <evaluation/run.hpp>
#include <evaluation/task.hpp>

namespace {

namespace fs = std::filesystem;
fs::path const tiny = fs::path{CAUSALMM_SOURCE_DIR} / "examples/tiny_llava";

class instant : public evaluation::answerer {
  public:
    evaluation::reply ask(std::size_t, evaluation::request const& wanted) const override {
        return {.text = wanted.sample % 3 == 0 ? "No" : "Yes",
                .margin = static_cast<float>(wanted.sample % 97),
                .seconds = 1e-3};
    }
};

struct times {
    double processor = 0;
    double wall = 0;
};

double now(clockid_t clock) {
    std::timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// A run of the first `limit` questions into a new folder, its table thrown away.
times timed_run(std::size_t limit) {
    auto engine = evaluation::llava_engine();
    engine.open = [](auto const&, auto const&, auto const&) { return std::make_unique<instant>(); };
    std::string folder = (fs::temp_directory_path() / "causalmm.XXXXXX").native();
    if (::mkdtemp(folder.data()) == nullptr) return {};
    evaluation::run_options options;
    options.model = tiny / "model";
    options.tasks = {"pope:" + (tiny / "pope/adversarial.jsonl").native()};
    options.images = tiny / "pope/images";
    options.methods = {"greedy"};
    options.controls = false;
    options.out = folder;
    options.limit = limit;
    std::fflush(stdout);
    int const terminal = ::dup(STDOUT_FILENO);
    int const nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, STDOUT_FILENO);
    times const start{now(CLOCK_PROCESS_CPUTIME_ID), now(CLOCK_MONOTONIC)};
    evaluation::run(options, engine);
    times const end{now(CLOCK_PROCESS_CPUTIME_ID), now(CLOCK_MONOTONIC)};
    ::dup2(terminal, STDOUT_FILENO);
    ::close(terminal);
    ::close(nowhere);
    fs::remove_all(folder);
    return {end.processor - start.processor, end.wall - start.wall};
}

// The least of five runs: what a run pays once is several times what is looked for, and other programs add to it.
times least(std::size_t limit) {
    auto result = timed_run(limit);
    for (int repeat = 1; repeat < 5; ++repeat) {
        auto const again = timed_run(limit);
        result = {std::min(result.processor, again.processor), std::min(result.wall, again.wall)};
    }
    return result;
}

double model_seconds() {
    auto const model = evaluation::llava_engine().open(tiny / "model", {"greedy"}, {});
    auto const task = evaluation::read_task("pope:" + (tiny / "pope/adversarial.jsonl").native());
    constexpr std::size_t count = 60;
    double sum = 0;
    for (auto const& q : task.questions.first(count)) {
        sum += model
                   ->ask(0, {.image = tiny / "pope/images" / q.image,
                             .prompt = q.prompt,
                             .seed = 0,
                             .sample = static_cast<std::uint64_t>(q.id),
                             .max_new_tokens = 32})
                   .seconds;
    }
    return sum / count;
}

void answer(benchmark::State& state) {
    constexpr std::size_t all = 1800;
    times once, whole;
    for (auto iteration : state) {
        (void)iteration;
        once = least(1);
        whole = least(all);
        state.SetIterationTime(whole.wall);
    }
    double const model = model_seconds();
    double const processor = (whole.processor - once.processor) / (all - 1);
    state.counters["processor_us"] = 1e6 * processor;
    state.counters["wall_us"] = 1e6 * (whole.wall - once.wall) / (all - 1);
    state.counters["model_us"] = 1e6 * model;
    state.counters["percent"] = 100 * processor / model;
    state.counters["once_ms"] = 1e3 * once.wall;
}

BENCHMARK(answer)->Name("harness/answer")->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);

}   // namespace
