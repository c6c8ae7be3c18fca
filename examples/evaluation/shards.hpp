// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <evaluation/question.hpp>
#include <evaluation/record.hpp>

namespace evaluation {

/// All that any process recorded about the questions of a job: the shards HOST.N.jsonl of a folder, each written by one process at a
/// time, in whatever order it answered. A line without its end is one in the making, or torn: it is not read.
///
/// shape   one entry a question; an answer replaces a failure
/// units   none
/// errors  llava::io::error: bad_data naming shard and line for what is no record, for a question_id that is not in the question
///         file, was answered in this shard before, or otherwise in another one
/// source  reliability.md 3.1, R4, R5
class shards {
  public:
    shards(std::filesystem::path folder, std::span<question const> questions);
    shards(shards const&) = delete;
    shards& operator=(shards const&) = delete;
    ~shards() = default;

    std::filesystem::path const& folder() const noexcept { return folder_; }
    void refresh();                                 // reads what was added since
    void forget_failures() { failures_.clear(); }   // they are to be tried again
    void written(std::filesystem::path const& shard, std::string_view line, std::size_t index, outcome what);

    bool answered(std::size_t index) const { return entries_[index].known; }
    bool settled(std::size_t index) const { return answered(index) || failures_.contains(index); }
    std::size_t settled() const noexcept { return answered_ + failures_.size(); }
    std::size_t settled_of(std::size_t wanted) const;   // the first; counts them
    outcome at(std::size_t index) const;

    struct position {
        std::size_t bytes = 0, lines = 0;
    };
    using shard = std::map<std::filesystem::path, position>::value_type;
    std::vector<shard*> find();   // the shards there are, and how far each was read
    void take(llava::io::json_field const& object, shard const& from);

  private:
    struct entry {
        bool known = false;
        reply answer;
        shard const* from = nullptr;
    };
    void put(std::size_t index, outcome what, shard const& from);

    std::filesystem::path folder_;
    std::unordered_map<std::int64_t, std::size_t> places_;
    std::vector<entry> entries_;
    std::size_t answered_ = 0;
    std::unordered_map<std::size_t, std::string> failures_;
    std::map<std::filesystem::path, position> read_;   // of each shard
};

/// Copies each shard that is refused to one without the lines that are; the original stays beside it as SHARD.broken.
///
/// shape   one sentence for each
/// units   none
/// errors  llava::io::error: as write_whole
/// source  reliability.md R5: never edited in place
std::vector<std::string> repair_shards(std::filesystem::path const& folder, std::span<question const> questions);

}   // namespace evaluation
