// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace llava::io {

/// A file that comes into being in one step: written under another name in the same folder, synced, then renamed. Until commit()
/// what stood there before stays as it is, and without it no trace is left.
///
/// commit_new() gives the file its name only if nothing has it, and says whether it did: of several processes one creates the file, on
/// network file systems too (link(2)).
///
/// errors  cannot_create if the folder takes no file, or if something other than a regular file has the name; io_error with the space
///         left if writing fails
class staged_file {
  public:
    explicit staged_file(std::filesystem::path file);
    staged_file(staged_file const&) = delete;
    staged_file& operator=(staged_file const&) = delete;
    ~staged_file();

    void write(std::span<std::byte const> bytes);
    void commit();
    bool commit_new();

  private:
    void finish();   // all is written and on the disk
    [[noreturn]] void fail(int error_number) const;
    std::filesystem::path file_;
    std::string staged_;   // the other name; empty once renamed
    int descriptor_ = -1;
};

/// ", N bytes free" of the disk that a file lies on, for messages; nothing if that is not known.
std::string space_at(std::filesystem::path const& file);

}   // namespace llava::io
