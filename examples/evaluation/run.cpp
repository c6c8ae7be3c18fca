// SPDX-License-Identifier: MIT
#include <evaluation/run.hpp>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <memory>
#include <set>
#include <span>

#include <evaluation/comparison.hpp>
#include <evaluation/console.hpp>
#include <evaluation/image_folder.hpp>
#include <evaluation/job.hpp>
#include <evaluation/progress.hpp>
#include <evaluation/signals.hpp>
#include <evaluation/table.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::error;
using llava::io::exit_code;

constexpr auto baseline = "greedy";
constexpr auto table_rule = rule::of<rules::words>();

std::vector<task> read_tasks(run_options const& options) {
    std::vector<task> tasks;
    std::set<std::string> splits;
    for (auto const& text : options.tasks) {
        tasks.push_back(read_task(text, options.images, options.how));
        if (splits.insert(tasks.back().split).second) continue;
        throw error(exit_code::usage, "", "--task",
                    "two question files are called " + llava::io::quote(tasks.back().split));
    }
    return tasks;
}

// The methods in the order asked for, the baseline first.
std::vector<std::string> order_methods(std::vector<std::string> const& asked, engine const& model) {
    std::vector<std::string> methods = {baseline};
    for (auto const& method : asked) {
        model.check_method(method);
        if (std::count(asked.begin(), asked.end(), method) > 1) {
            throw error(exit_code::usage, "", "--method", llava::io::quote(method) + " is given twice");
        }
        if (method != baseline) methods.push_back(method);
    }
    return methods;
}

std::string value_of(engine::pairs const& pairs, std::string_view key) {
    auto const found = std::find_if(pairs.begin(), pairs.end(), [&](auto const& pair) { return pair.first == key; });
    return found == pairs.end() ? "" : found->second;
}

// One run: what was read before the model loads, and the outputs.
class runner {
  public:
    runner(run_options const& options, engine const& model)
        : options_(options),
          methods_(order_methods(options.methods, model)),
          tasks_(read_tasks(options)),
          identity_(model.identity(options.model)),
          model_id_(value_of(identity_, "model_id")) {
        model.check_computation(options.by);
        std::vector<std::string> hashes;
        for (auto const& t : tasks_) hashes.push_back(check_images(image_folder(t.images), t.questions).hash);
        make_folder();
        for (std::size_t t = 0; t < tasks_.size(); ++t) {
            for (std::size_t m = 0; m < methods_.size(); ++m) open_job(tasks_[t], hashes[t], m);
        }
    }

    std::size_t total() const {
        std::size_t sum = 0;
        for (auto const& j : jobs_) sum += wanted(j);
        return sum;
    }

    std::size_t done() const {
        std::size_t sum = 0;
        for (auto const& j : jobs_) sum += std::min(j.done(), wanted(j));
        return sum;
    }

    void answer_all(engine const& model) {
        auto const opened = open(model);
        for (auto& j : jobs_) begin(j);
        if (!opened) return;
        progress shown(total(), done());
        for (auto& j : jobs_) {
            if (signal_guard::caught() == 0) answer(j, *opened, shown);
        }
    }

    table summary() const {
        table result{.benchmark = std::string(tasks_.front().kind.name),
                     .model = model_id_,
                     .rule = std::string(table_rule.name),
                     .baseline = baseline,
                     .seed = std::to_string(options_.seed),
                     .rows = {},
                     .notes = {}};
        for (std::size_t i = 0; i < jobs_.size(); ++i) {
            result.rows.push_back(compared(jobs_[i], jobs_[i - i % methods_.size()]));
            auto const& row = result.rows.back();
            auto const note = [&](std::string const& text) {
                result.notes.push_back(row.split + ", " + row.method + ": " + text);
            };
            if (row.disagreement) note(*row.disagreement);
            for (auto const& text : row.measures.notes) note(text);
        }
        bool const asked = std::count(options_.methods.begin(), options_.methods.end(), baseline) > 0;
        if (!asked) result.notes.push_back(std::string(baseline) + " was added to the run as the control");
        return result;
    }

    // In the forms that the benchmarks' own scorers read; the first of POPE's is what the store holds already.
    void write_files() const {
        for (auto const& j : jobs_) {
            std::vector<std::string> texts;
            for (std::size_t i = 0; i < wanted(j); ++i) texts.push_back(j.replies()[i].text);
            for (auto const& file : j.what().split->contents->files(texts, model_id_)) {
                std::filesystem::path const path = options_.out / (j.name() + file.name);
                if (path == j.file()) continue;
                std::filesystem::create_directories(path.parent_path());
                write_whole(path, file.text);
            }
        }
    }

  private:
    int longest_answer(task const& split) const {
        return options_.max_new_tokens > 0 ? options_.max_new_tokens : split.kind.longest_answer;
    }

    void make_folder() const {
        std::error_code failure;
        std::filesystem::create_directories(options_.out, failure);
        if (!failure && std::filesystem::is_directory(options_.out, failure)) return;
        auto const why = failure ? failure.message() : "is not a folder";
        throw error(exit_code::cannot_create, options_.out.native(), "--out", "cannot be created: " + why);
    }

    void open_job(task const& split, std::string const& images, std::size_t method) {
        job::plan plan{
            .split = &split, .method = methods_[method], .method_index = method, .model_id = model_id_, .header = {}};
        plan.header.add("format", "1");
        plan.header.add("benchmark", std::string(split.kind.name));
        plan.header.add("questions_sha256", split.hash);
        plan.header.add("images_sha256", images);
        for (auto const& [key, value] : identity_) plan.header.add(key, value);
        plan.header.add("method", methods_[method]);
        plan.header.add("seed", std::to_string(options_.seed));
        plan.header.add("prompt_suffix", options_.prompt_suffix);
        plan.header.add("max_new_tokens", std::to_string(longest_answer(split)));
        plan.header.add("schedule", options_.by.schedule);   // of the costs
        plan.header.add("attention", options_.by.attention);
        jobs_.emplace_back(std::move(plan), options_.out, options_.overwrite);
    }

    // No model if there is nothing left to ask it. Outputs are as they were if it cannot be opened.
    std::unique_ptr<answerer> open(engine const& model) {
        if (done() == total()) return nullptr;
        try {
            return model.open(options_.model, methods_, options_.by);
        } catch (...) {
            for (auto& j : jobs_) j.abandon();
            throw;
        }
    }

    static void begin(job& j) {
        if (j.torn() > 0) {
            say("warning: " + j.file().filename().native() + ": a torn last line of " + std::to_string(j.torn()) +
                " bytes was cut");
        }
        j.begin();
    }

    std::size_t wanted(job const& j) const { return std::min(j.what().split->questions.size(), options_.limit); }

    void answer(job& j, answerer const& model, progress& shown) {
        auto const& split = *j.what().split;
        ordered_work work{.first = j.done(),
                          .count = wanted(j),
                          .threads = options_.threads,
                          .work = {},
                          .write = {},
                          .stop = {},
                          .idle = {}};
        work.work = [&](std::size_t i) {
            auto const& q = split.questions[i];
            return model.ask(j.what().method_index,
                             {.image = q.image.empty() ? std::filesystem::path() : split.images / q.image,
                              .prompt = q.prompt + options_.prompt_suffix,
                              .seed = options_.seed,
                              .sample = static_cast<std::uint64_t>(q.id),
                              .max_new_tokens = longest_answer(split)});
        };
        work.write = [&](ordered_work::batch const& batch) {
            j.append(batch);
            shown.add(batch.size());
        };
        work.stop = [] { return signal_guard::caught() != 0; };
        work.idle = [&] { shown.update(j.name()); };
        run_in_order(work);
    }

    comparison compared(job const& ours, job const& theirs) const {
        auto const count = wanted(ours);
        std::span const questions(ours.what().split->questions.data(), count);
        auto row = compare(questions, {ours.replies().data(), count}, {theirs.replies().data(), count}, table_rule,
                           options_.seed);
        row.split = ours.what().split->split;
        row.method = ours.what().method;
        row.is_baseline = &ours == &theirs;
        return row;
    }

    run_options const& options_;
    std::vector<std::string> methods_;
    std::vector<task> tasks_;
    engine::pairs identity_;
    std::string model_id_;
    std::deque<job> jobs_;   // by task, then by method
};

}   // namespace

int run(run_options const& options, engine const& model) {
    signal_guard const guard;
    runner work(options, model);
    work.answer_all(model);
    if (work.done() < work.total()) {
        say("interrupted after " + std::to_string(work.done()) + " of " + std::to_string(work.total()) +
            "; resume with the same command");
        return 128 + signal_guard::caught();
    }
    work.write_files();
    auto const summary = work.summary();
    write_whole(options.out / "table.md", summary.markdown());
    write_whole(options.out / "table.json", summary.json());
    print(summary.text());
    return 0;
}

}   // namespace evaluation
