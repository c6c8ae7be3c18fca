// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include <fcntl.h>

namespace evaluation {

/// Takes flock on an open file, or says who has it; free again as soon as the holder ends, however it ends.
///
/// shape   exclusive, or shared with others who share
/// units   waits at most that many milliseconds
/// errors  llava::io::error: locked, naming the holder's pid if it runs on this machine; io_error if the file system has no locks
/// source  flock(2), reliability.md 3.1 and R11
enum class sharing { exclusive, shared };
void lock_file(int descriptor, sharing kind, std::filesystem::path const& file, int milliseconds = 0);

/// A file that is locked as long as this lives; created if it is absent.
///
/// shape   one empty file
/// units   none
/// errors  llava::io::error: as lock_file; cannot_create
/// source  flock(2)
class file_lock {
  public:
    file_lock(std::filesystem::path file, sharing kind, int milliseconds = 0);
    file_lock(file_lock const&) = delete;
    file_lock& operator=(file_lock const&) = delete;
    ~file_lock();

    void share();   // from now on with others

  private:
    std::filesystem::path file_;
    int descriptor_ = -1;
};

/// Opens a file of a run for reading and writing; links are not followed.
///
/// shape   returns a descriptor of a regular file
/// units   none
/// errors  llava::io::error: cannot_create; out_of_memory if the process has no descriptor left
/// source  reliability.md R9, R21
int open_output(std::filesystem::path const& file, int flags = O_CREAT);

}   // namespace evaluation
