// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace llava::io {

/// A file that comes into being in one step: written under another name in the same folder, then renamed. Until commit() what
/// stood there before stays as it is, and without it no trace is left.
///
/// errors  cannot_create if the folder takes no file, or if something other than a regular file has the name; io_error if
///         writing fails
class staged_file {
  public:
    explicit staged_file(std::filesystem::path file);
    staged_file(staged_file const&) = delete;
    staged_file& operator=(staged_file const&) = delete;
    ~staged_file();

    void write(std::span<std::byte const> bytes);
    void commit();

  private:
    [[noreturn]] void fail(int error_number) const;
    std::filesystem::path file_;
    std::string staged_;   // the other name; empty once renamed
    int descriptor_ = -1;
};

}   // namespace llava::io
