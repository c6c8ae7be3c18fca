// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace evaluation {

/// Everything an answer depends on, beside the answers: a run continues only what was begun with the same.
///
/// shape   (key, value) pairs in a fixed order, written as one JSON object
/// units   none
/// errors  require_equal: llava::io::error (config) naming the first key that differs, (bad_data) if the file is malformed
/// source  reliability.md 3.1, run header
class manifest {
  public:
    void add(std::string key, std::string value) { pairs_.emplace_back(std::move(key), std::move(value)); }

    void write(std::filesystem::path const& file) const;
    void require_equal(std::filesystem::path const& file) const;

  private:
    std::vector<std::pair<std::string, std::string>> pairs_;
};

}   // namespace evaluation
