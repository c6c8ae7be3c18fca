// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <evaluation/claims.hpp>
#include <evaluation/manifest.hpp>
#include <evaluation/record.hpp>
#include <evaluation/shards.hpp>
#include <evaluation/store.hpp>
#include <evaluation/task.hpp>

namespace evaluation {

/// The answers of one method to one split, by any number of processes that see the same folder:
///
/// SPLIT@METHOD.run.json   what answers and costs depend on; never changed
/// SPLIT@METHOD.shards/    the records, a file for each process that answers at the same time (shards.hpp)
///
/// A process claims a few neighbouring questions, answers them, records each, and gives the claim back (claims.hpp). Each record is
/// written at once, so that no kill loses it, and is on the disk within a tenth of a second, and before its claim is free: a model
/// that takes longer than that pays one fdatasync a record, a fast one does not wait for the disk at each.
///
/// shape   the questions of a split
/// units   none
/// errors  llava::io::error: as store, shards, claims and manifest; cannot_create if answers exist without their run.json
/// source  reliability.md 3.1
class job {
  public:
    /// What is done with answers that are there already.
    enum class existing { continued, repaired, overwritten };
    struct plan {
        task const* split = nullptr;
        std::string method;
        std::size_t method_index = 0;
        std::string model_id;
        manifest header;
    };

    // Checks what is there, and reads it if it is to be continued; changes nothing.
    job(plan wanted, std::filesystem::path folder, existing answers);

    void repair();   // and reads what is left
    void begin();    // from here on answers may be appended; what is to be overwritten is removed

    /// Questions, of the first `wanted`, that no other process answers at present; none if there are none.
    std::vector<std::size_t> claim(std::size_t wanted);
    bool over(std::size_t wanted);   // every question is answered or failed, by whomever
    void append(std::vector<std::pair<std::size_t, outcome>> const& batch);
    void sync_if_due();   // to be called ten times a second
    void sync();

    plan const& what() const noexcept { return plan_; }
    std::string const& name() const noexcept { return name_; }
    shards const& answers() const noexcept { return shards_; }

  private:
    std::vector<std::size_t> open_questions(std::size_t chunk, std::size_t wanted) const;
    void read();
    void open_store();

    plan plan_;
    std::filesystem::path folder_;
    existing existing_;
    std::string name_;
    std::filesystem::path header_;
    shards shards_;
    std::vector<std::size_t> ends_;                                   // of the chunks
    std::vector<std::size_t> in_work_;                                // questions of each, by this process
    std::size_t first_ = 0;                                           // chunk that is not settled
    std::vector<std::size_t> finished_;                               // chunks whose claims the next sync gives back
    std::optional<std::chrono::steady_clock::time_point> unsynced_;   // since when there is something to sync
    std::optional<claims> claims_;
    std::optional<store> store_;
};

/// The files of a job that are the same however it was answered, in a folder.
///
/// shape   a file name without its extension
/// units   none
/// errors  none
/// source  task.hpp, file_name_of
std::string job_name(std::string_view split, std::string_view method);

}   // namespace evaluation
