// SPDX-License-Identifier: MIT
// What `causalmm-eval score` costs: 100,000 questions read from their file, the answers joined by id, every measure computed.
//
// score/BENCHMARK   items_per_second: answers; the time of 100,000 is the row's time
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <stdlib.h>

#include <benchmark/benchmark.h>

#include <evaluation/answers.hpp>
#include <evaluation/benchmarks.hpp>

namespace {

constexpr int count = 100'000;

// Questions and answers of one benchmark in a folder that is gone in the end.
class files {
  public:
    files() {
        std::string name = (std::filesystem::temp_directory_path() / "causalmm.XXXXXX").native();
        if (::mkdtemp(name.data()) == nullptr) std::abort();
        folder_ = name;
    }
    files(files const&) = delete;
    files& operator=(files const&) = delete;
    ~files() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    template <class Line>
    std::filesystem::path write(std::string const& name, Line line) const {
        std::ofstream out(folder_ / name);
        for (int i = 0; i < count; ++i) out << line(i) << "\n";
        return folder_ / name;
    }

  private:
    std::filesystem::path folder_;
};

void score(benchmark::State& state, std::string const& kind, std::filesystem::path const& questions,
           std::filesystem::path const& answers) {
    auto const open = evaluation::find_benchmark(kind).open;
    for (auto _ : state) {
        auto const contents = open(questions, {});
        auto const texts = evaluation::read_kept_answers(contents->questions(), answers, contents->questions().size());
        auto const found = contents->score(texts, evaluation::find_rule(*contents, ""));
        benchmark::DoNotOptimize(found.rows.data());
    }
    state.SetItemsProcessed(state.iterations() * count);
}

void pope(benchmark::State& state) {
    files const all;
    auto const questions = all.write("q.jsonl", [](int i) {
        return "{\"question_id\": " + std::to_string(i) + ", \"image\": \"COCO_val2014_" + std::to_string(i / 6) +
               ".jpg\", \"text\": \"Is there a snowboard in the image?\", \"label\": \"" + (i % 2 == 0 ? "yes" : "no") +
               "\"}";
    });
    auto const answers = all.write("a.jsonl", [](int i) {
        return "{\"question_id\":" + std::to_string(count - 1 - i) +
               ",\"prompt\":\"Is there a snowboard in the image?\",\"text\":\"" +
               (i % 3 == 0 ? "Yes, there is a snowboard in the image." : "No") +
               "\",\"model_id\":\"m\",\"metadata\":{}}";
    });
    score(state, "pope", questions, answers);
}

void chair(benchmark::State& state) {
    files const all;
    auto const questions = all.write("q.jsonl", [](int i) {
        return "{\"image_id\": " + std::to_string(i) + ", \"image\": \"" + std::to_string(i) +
               ".jpg\", \"objects\": [\"person\", \"dog\", \"frisbee\"]}";
    });
    auto const answers = all.write("a.jsonl", [](int i) {
        return "{\"question_id\":" + std::to_string(i) +
               ",\"text\":\"A man throws a frisbee to two dogs beside a bench.\"}";
    });
    score(state, "chair", questions, answers);
}

BENCHMARK(pope)->Name("score/pope")->Unit(benchmark::kMillisecond);
BENCHMARK(chair)->Name("score/chair")->Unit(benchmark::kMillisecond);

}   // namespace
