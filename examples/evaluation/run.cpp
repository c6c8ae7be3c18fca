// SPDX-License-Identifier: MIT
#include <evaluation/run.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <system_error>

#include <unistd.h>

#include <evaluation/conclusion.hpp>
#include <evaluation/console.hpp>
#include <evaluation/controls.hpp>
#include <evaluation/file_lock.hpp>
#include <evaluation/image_folder.hpp>
#include <evaluation/merge.hpp>
#include <evaluation/pool.hpp>
#include <evaluation/progress.hpp>
#include <evaluation/run_plan.hpp>
#include <evaluation/signals.hpp>
#include <evaluation/table_form.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::error;
using llava::io::exit_code;

[[noreturn]] void refuse_folder(std::filesystem::path const& folder, std::string const& why) {
    throw error(exit_code::cannot_create, folder.native(), "--out", "cannot be created: " + why);
}

// A folder that is created late is known early not to be one: what there is of its path is asked.
void require_creatable(std::filesystem::path const& folder) {
    std::error_code failure;
    auto there = folder;
    while (!std::filesystem::exists(there, failure) && !failure && there.has_relative_path())
        there = there.parent_path();
    if (failure) refuse_folder(folder, failure.message());   // such as a name that is too long
    if (there.empty()) there = ".";
    if (!std::filesystem::is_directory(there, failure)) refuse_folder(folder, "is not a folder");
    if (::access(there.c_str(), W_OK | X_OK) != 0) refuse_folder(folder, std::generic_category().message(errno));
}

// One run: what was read before the model loads, and the outputs.
class runner {
  public:
    runner(run_options const& options, engine const& model, bool speaks)
        : options_(options), speaks_(speaks), methods_(choose_methods(options, model)), tasks_(read_tasks(options)) {
        check_cheaply(model);
        tell("reading the model " + options.model.native() + " and the pictures");
        identity_ = model.identity(options.model);
        model_id_ = value_of(identity_, "model_id");
        std::vector<std::string> hashes;
        for (auto const& t : tasks_) hashes.push_back(check_images(image_folder(t.images), t.questions).hash);
        for (std::size_t t = 0; t < tasks_.size(); ++t) {
            for (std::size_t m = 0; m < methods_.all.size(); ++m) open_job(tasks_[t], hashes[t], m);
        }
        // A new folder waits until the model is open: without one there is no reason to leave anything.
        if (std::filesystem::exists(options.out)) lock_folder();
        if (options.answers == job::existing::repaired) {
            for (auto& j : jobs_) j.repair();
        }
    }

    std::size_t total() const {
        std::size_t sum = 0;
        for (auto const& j : jobs_) sum += wanted(j);
        return sum;
    }

    std::size_t done() const {
        std::size_t sum = 0;
        for (auto const& j : jobs_) sum += std::min(j.answers().settled(), wanted(j));
        return sum;
    }

    // No model if there is nothing left to ask it. Outputs are as they were, or not there, if it cannot be opened.
    void begin(engine const& model) {
        signal_guard::end_if_caught();
        if (options_.answers == job::existing::overwritten || !complete())
            model_ = model.open(options_.model, methods_.all, options_.by);
        signal_guard::end_if_caught();
        if (!lock_) lock_folder();
        for (auto& j : jobs_) j.begin();
        lock_->share();
    }

    void answer_all() {
        if (!model_) return;
        tell(announcement(methods_, total() / methods_.all.size()));
        progress shown(total(), done());
        shared_work work;
        work.threads = options_.threads;
        work.longest = std::chrono::duration<double>(options_.longest);
        work.more = [&] { return claim(); };
        work.over = [&] { return complete(); };
        work.work = [&](piece const& p) { return ask(p); };
        work.write = [&](shared_work::batch const& batch) { append(batch); };
        work.stop = [] { return signal_guard::caught() != 0; };
        work.idle = [&] {
            for (auto& j : jobs_) j.sync_if_due();
            shown.update(done(), in_work_);
        };
        work.late = [&](piece const* hanging) {
            shown.clear();
            std::_Exit(hanging != nullptr ? report_hanging(*hanging) : report_interrupted());
        };
        run_shared(work);
        for (auto& j : jobs_) j.sync();   // of an interrupted run
    }

    bool complete() {
        return std::all_of(jobs_.begin(), jobs_.end(), [&](job& j) { return j.over(wanted(j)); });
    }

    int report_interrupted() const {
        say("interrupted after " + std::to_string(done()) + " of " + std::to_string(total()) +
            "; resume with the same command");
        return 128 + signal_guard::caught();
    }

    // The files that others read, and how many questions have no answer.
    std::size_t merge() const {
        std::size_t failed = 0;
        for (auto const& j : jobs_) {
            write_merged({.folder = options_.out, .name = j.name(), .model_id = model_id_}, *j.what().split,
                         j.answers(), wanted(j));
            for (std::size_t i = 0; i < wanted(j); ++i) failed += std::size_t{!j.answers().answered(i)};
        }
        return failed;
    }

    answered_run answered() const {
        return {
            .tasks = tasks_,
            .methods = methods_.all,
            .model_id = model_id_,
            .seed = options_.seed,
            .added = methods_.added,
            .replies = [this](std::size_t t, std::size_t m) { return replies(jobs_[t * methods_.all.size() + m]); }};
    }

  private:
    // What can be wrong with the command line is told before gigabytes are read.
    void check_cheaply(engine const& model) const {
        model.check_computation(options_.by);
        check_format(options_.format);
        for (auto const& t : tasks_) image_folder const opened(t.images);
        model.check_fit(options_.model, methods_.all);
        require_creatable(options_.out);
    }

    // One of a group says what all do.
    void tell(std::string const& text) const {
        if (speaks_) say(text);
    }

    void make_folder() const {
        std::error_code failure;
        std::filesystem::create_directories(options_.out, failure);
        if (failure) refuse_folder(options_.out, failure.message());
    }

    // Sharing is the rule: a short wait is for one that begins by repairing or removing what was there.
    void lock_folder() {
        make_folder();
        bool const alone = options_.answers != job::existing::continued;
        lock_.emplace(options_.out / "run.lock", alone ? sharing::exclusive : sharing::shared, alone ? 0 : 1000);
    }

    void open_job(task const& split, std::string const& images, std::size_t method) {
        job::plan plan{.split = &split,
                       .method = methods_.all[method],
                       .method_index = method,
                       .model_id = model_id_,
                       .header = {}};
        plan.header = header_of(options_, {.split = split, .images = images, .model = identity_}, methods_.all[method]);
        jobs_.emplace_back(std::move(plan), options_.out, options_.answers);
    }

    std::size_t wanted(job const& j) const { return std::min(j.what().split->questions.size(), options_.limit); }

    std::vector<piece> claim() {
        for (std::size_t j = 0; j < jobs_.size(); ++j) {
            auto const pieces = pieces_of(j, jobs_[j].claim(wanted(jobs_[j])));
            if (pieces.empty()) continue;
            in_work_ = jobs_[j].name();
            return pieces;
        }
        in_work_ = "the last answers are in work elsewhere";
        return {};
    }

    // Neighbours that ask of one picture go together, if there is anything to be had from that.
    std::vector<piece> pieces_of(std::size_t j, std::vector<std::size_t> const& questions) const {
        auto const& all = jobs_[j].what().split->questions;
        std::vector<piece> pieces;
        for (std::size_t const each : questions) {
            bool const joins = options_.by.shares_prefixes() && !pieces.empty() &&
                               all[each].image == all[pieces.back().question].image;
            pieces.push_back({.job = j, .question = each, .picture = joins ? pieces.back().picture : each});
        }
        return pieces;
    }

    outcome ask(piece const& p) const {
        auto const& plan = jobs_[p.job].what();
        auto const& q = plan.split->questions[p.question];
        try {
            return {.answer = model_->ask(plan.method_index, {.image = q.image.empty() ? std::filesystem::path()
                                                                                       : plan.split->images / q.image,
                                                              .prompt = q.prompt + options_.prompt_suffix,
                                                              .seed = options_.seed,
                                                              .sample = static_cast<std::uint64_t>(q.id),
                                                              .max_new_tokens = longest_answer(options_, *plan.split)}),
                    .failure = ""};
        } catch (error const& failure) {
            if (!options_.keep_going || failure.code != exit_code::bad_data) throw;
            return {.answer = {}, .failure = failure.what()};
        }
    }

    void append(shared_work::batch const& batch) {
        std::map<std::size_t, std::vector<std::pair<std::size_t, outcome>>> by_job;
        for (auto const& [what, done] : batch) by_job[what.job].emplace_back(what.question, done);
        for (auto const& [index, records] : by_job) jobs_[index].append(records);
    }

    int report_hanging(piece const& p) const {
        auto const& plan = jobs_[p.job].what();
        say("error: " + plan.split->questions[p.question].where + ": question_id: " +
            std::to_string(plan.split->questions[p.question].id) + " by " + plan.method + " is in work for more than " +
            std::to_string(std::lround(options_.longest)) + " s (--timeout); what was answered is kept");
        return static_cast<int>(exit_code::internal);
    }

    std::vector<reply> replies(job const& j) const {
        std::vector<reply> result;
        for (std::size_t i = 0; i < wanted(j); ++i) result.push_back(j.answers().at(i).answer);
        return result;
    }

    run_options const& options_;
    bool speaks_;
    chosen_methods methods_;
    std::vector<task> tasks_;
    engine::pairs identity_;
    std::string model_id_;
    std::optional<file_lock> lock_;
    std::deque<job> jobs_;   // by task, then by method
    std::unique_ptr<answerer> model_;
    std::string in_work_;
};

}   // namespace

int run(run_options const& options, engine const& model, process_group const& group) {
    signal_guard const guard;
    auto own = options;
    if (group.rank != 0) own.answers = job::existing::continued;
    std::optional<runner> work;
    try {
        first_then_others(group, [&] {
            work.emplace(own, model, group.rank == 0);
            work->begin(model);
        });
    } catch (ended_by_first const& end) { return end.code; } catch (interrupted const& by) {
        say("interrupted before a question was asked; resume with the same command");
        return by.code;
    }
    work->answer_all();
    if (!work->complete()) return work->report_interrupted();
    if (group.rank != 0) return 0;
    auto const failed = work->merge();
    print(conclude(work->answered(), options.out, options.format));
    if (failed == 0) return 0;
    say("error: " + std::to_string(failed) +
        " questions have no answer and count as empty ones; the same command asks them again");
    return static_cast<int>(exit_code::bad_data);
}

}   // namespace evaluation
