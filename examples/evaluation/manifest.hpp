// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evaluation {

/// Everything an answer depends on, beside the answers: a run continues only what was begun with the same. Notes are for readers
/// and may differ, such as where the questions lay.
///
/// shape   (key, value) pairs in a fixed order, written as one JSON object
/// units   none
/// errors  llava::io::error: require_equal (config) naming the first key that differs; (bad_data) if the file is malformed, or holds
///         no such key or no integer there
/// source  reliability.md 3.1, run header
class manifest {
  public:
    static manifest read(std::filesystem::path const& file);

    void add(std::string key, std::string value) { pairs_.push_back({std::move(key), std::move(value), false}); }
    void note(std::string key, std::string value) { pairs_.push_back({std::move(key), std::move(value), true}); }
    std::string const& at(std::string_view key) const;
    std::uint64_t integer(std::string_view key) const;

    bool create(std::filesystem::path const& file) const;   // whether it was not there
    void require_equal(std::filesystem::path const& file) const;

  private:
    struct pair {
        std::string key, value;
        bool is_note = false;
    };
    std::filesystem::path file_;   // it was read from
    std::vector<pair> pairs_;
};

}   // namespace evaluation
