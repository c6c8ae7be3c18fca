// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace evaluation {

/// An append-only file of lines that survives a kill at any time: at most the record in work is lost.
///
/// Held by flock from open to destruction. Opening changes nothing; a torn last line is cut by the first append. Each append is
/// one write of a whole line; a short write is undone before the error is reported.
///
/// shape   lines, each ended by '\n'
/// units   bytes
/// errors  llava::io::error: as open_output and lock_file; io_error if writing fails or the file was removed or replaced meanwhile
/// source  reliability.md 3.1
class store {
  public:
    explicit store(std::filesystem::path file);
    store(store const&) = delete;
    store& operator=(store const&) = delete;
    ~store();

    std::filesystem::path const& file() const noexcept { return file_; }
    std::string const& text() const noexcept { return text_; }   // the whole lines found at open
    std::size_t torn() const noexcept { return torn_; }          // bytes of a torn line behind them

    void append(std::string_view line);
    void sync();

  private:
    void load();
    void repair();
    bool in_place() const;
    [[noreturn]] void fail(std::string_view doing, int error_number) const;

    std::filesystem::path file_;
    int descriptor_ = -1;
    ino_t number_ = 0;   // of the open file
    dev_t device_ = 0;
    std::size_t size_ = 0;
    std::size_t torn_ = 0;
    std::string text_;
};

/// Replaces a file in one step, as staged_file does; its rights stay.
///
/// shape   one file
/// units   bytes
/// errors  llava::io::error: cannot_create or io_error
/// source  reliability.md 3.1
void write_whole(std::filesystem::path const& file, std::string_view text);

/// Writes a file in one step unless it exists: of several processes, one creates it.
///
/// shape   whether this call created it
/// units   bytes
/// errors  as write_whole
/// source  staged_file::commit_new
bool create_whole(std::filesystem::path const& file, std::string_view text);

}   // namespace evaluation
