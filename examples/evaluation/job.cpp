// SPDX-License-Identifier: MIT
#include <evaluation/job.hpp>

#include <algorithm>
#include <system_error>

#include <unistd.h>

#include <evaluation/console.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

namespace fs = std::filesystem;
using llava::io::error;
using llava::io::exit_code;

/// The header's path. Answers without one were begun by somebody else.
fs::path own_header(fs::path const& folder, std::string const& name, bool overwrite) {
    fs::path header = folder / (name + ".run.json");
    if (overwrite || fs::exists(header)) return header;
    for (std::string const kind : {".answers.jsonl", ".shards"}) {
        fs::path const file = folder / (name + kind);
        if (!fs::exists(file)) continue;
        throw error(exit_code::cannot_create, file.native(), "",
                    "exists, but not the " + header.filename().native() +
                        " it was begun with; choose another --out, or --overwrite");
    }
    return header;
}

// Names of shards differ between machines, for locks may not be seen by another one.
std::string machine() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 && name[0] != '\0' ? file_name_of(name) : "machine";
}

}   // namespace

std::string job_name(std::string_view split, std::string_view method) {
    return file_name_of(split) + "@" + file_name_of(method);
}

job::job(plan wanted, fs::path folder, existing answers)
    : plan_(std::move(wanted)),
      folder_(std::move(folder)),
      existing_(answers),
      name_(job_name(plan_.split->split, plan_.method)),
      header_(own_header(folder_, name_, answers == existing::overwritten)),
      shards_(folder_ / (name_ + ".shards"), plan_.split->questions),
      ends_(chunk_ends(plan_.split->questions)),
      in_work_(ends_.size(), 0) {
    if (answers == existing::overwritten || !fs::exists(header_)) return;
    plan_.header.require_equal(header_);
    if (answers == existing::continued) read();
}

void job::read() {
    shards_.refresh();
    shards_.forget_failures();
}

void job::repair() {
    for (auto const& sentence : repair_shards(shards_.folder(), plan_.split->questions))
        say("warning: " + name_ + ": " + sentence);
    read();
}

void job::begin() {
    if (existing_ == existing::overwritten) {
        // The header last: shards without one would be nobody's.
        fs::remove_all(shards_.folder());
        for (auto const& each : plan_.split->contents->files({}, "")) fs::remove(folder_ / (name_ + each.name));
        for (auto const* kind : {".answers.jsonl", ".margins.jsonl", ".costs.jsonl", ".run.json"})
            fs::remove(folder_ / (name_ + kind));
    }
    if (!plan_.header.create(header_)) plan_.header.require_equal(header_);
    std::error_code failure;
    fs::create_directories(shards_.folder(), failure);
    if (failure)
        throw error(exit_code::cannot_create, shards_.folder().native(), "", "cannot be created: " + failure.message());
    shards_.refresh();
}

std::vector<std::size_t> job::open_questions(std::size_t chunk, std::size_t wanted) const {
    std::vector<std::size_t> open;
    for (std::size_t i = chunk == 0 ? 0 : ends_[chunk - 1]; i < std::min(ends_[chunk], wanted); ++i) {
        if (!shards_.settled(i)) open.push_back(i);
    }
    return open;
}

std::vector<std::size_t> job::claim(std::size_t wanted) {
    while (first_ < ends_.size() && open_questions(first_, wanted).empty()) ++first_;
    for (std::size_t c = first_; c < ends_.size(); ++c) {
        if (in_work_[c] > 0 || open_questions(c, wanted).empty()) continue;
        if (!claims_) claims_.emplace(header_);
        if (!claims_->take(c)) continue;
        shards_.refresh();   // its last holder recorded before it gave the claim back
        auto open = open_questions(c, wanted);
        in_work_[c] = open.size();
        if (!open.empty()) return open;
        claims_->release(c);
    }
    return {};
}

bool job::over(std::size_t wanted) {
    if (shards_.settled_of(wanted) < wanted) shards_.refresh();
    if (shards_.settled_of(wanted) < wanted) return false;
    sync();
    claims_.reset();
    store_.reset();
    return true;
}

// The first shard of this machine that no process has.
void job::open_store() {
    for (std::size_t number = 0; !store_; ++number) {
        try {
            store_.emplace(shards_.folder() / (machine() + "." + std::to_string(number) + ".jsonl"));
        } catch (error const& refused) {
            if (refused.code != exit_code::locked) throw;
        }
    }
    shards_.refresh();   // what its last holder recorded
    if (store_->torn() > 0) {
        say("warning: " + name_ + ": " + store_->file().filename().native() + ": a torn last line of " +
            std::to_string(store_->torn()) + " bytes was cut");
    }
}

void job::append(std::vector<std::pair<std::size_t, outcome>> const& batch) {
    if (!store_) open_store();
    if (!unsynced_) unsynced_ = std::chrono::steady_clock::now();
    for (auto const& [index, what] : batch) {
        auto const line = record_line({.question_id = plan_.split->questions[index].id, .what = what});
        store_->append(line);
        shards_.written(store_->file(), line, index, what);
        auto const chunk =
            static_cast<std::size_t>(std::upper_bound(ends_.begin(), ends_.end(), index) - ends_.begin());
        if (--in_work_[chunk] == 0) finished_.push_back(chunk);
    }
    sync_if_due();
}

void job::sync_if_due() {
    constexpr std::chrono::milliseconds longest{100};
    if (unsynced_ && std::chrono::steady_clock::now() - *unsynced_ >= longest) sync();
}

void job::sync() {
    if (!unsynced_) return;
    unsynced_.reset();
    store_->sync();
    for (auto const chunk : finished_) {
        if (in_work_[chunk] == 0) claims_->release(chunk);   // not claimed anew meanwhile
    }
    finished_.clear();
}

}   // namespace evaluation
