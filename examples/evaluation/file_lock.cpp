// SPDX-License-Identifier: MIT
#include <evaluation/file_lock.hpp>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <sstream>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::error;
using llava::io::exit_code;

std::string reason(int number) { return std::generic_category().message(number); }

// The pid that /proc/locks names for a lock on this file; empty if none is visible from here.
std::string holder(int descriptor) {
    struct stat info {};
    if (::fstat(descriptor, &info) != 0) return "";
    std::string const inode = ":" + std::to_string(info.st_ino);
    std::ifstream locks("/proc/locks");
    std::string line;
    while (std::getline(locks, line)) {
        std::istringstream words(line);
        std::string number, kind, mode, access, pid, place;
        words >> number >> kind >> mode >> access >> pid >> place;
        if (kind == "FLOCK" && place.ends_with(inode)) return " (pid " + pid + ")";
    }
    return "";
}

}   // namespace

void lock_file(int descriptor, sharing kind, std::filesystem::path const& file, int milliseconds) {
    using clock = std::chrono::steady_clock;
    auto const end = clock::now() + std::chrono::milliseconds(milliseconds);
    while (::flock(descriptor, (kind == sharing::shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        if (errno != EWOULDBLOCK)
            throw error(exit_code::io_error, file.native(), "", "cannot be locked: " + reason(errno));
        if (clock::now() >= end) {
            throw error(exit_code::locked, file.native(), "",
                        "is being written by another process" + holder(descriptor) + "; try again later");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

file_lock::file_lock(std::filesystem::path file, sharing kind, int milliseconds)
    : file_(std::move(file)), descriptor_(open_output(file_)) {
    try {
        lock_file(descriptor_, kind, file_, milliseconds);
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

file_lock::~file_lock() { ::close(descriptor_); }

void file_lock::share() { lock_file(descriptor_, sharing::shared, file_); }

int open_output(std::filesystem::path const& file, int flags) {
    int const descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | flags, 0644);
    if (descriptor < 0 && (errno == EMFILE || errno == ENFILE)) {
        throw error(exit_code::out_of_memory, file.native(), "",
                    "cannot be opened: " + reason(errno) + " (the limit is that of ulimit -n)");
    }
    if (descriptor < 0)
        throw error(exit_code::cannot_create, file.native(), "", "cannot be opened for writing: " + reason(errno));
    struct stat info {};
    if (::fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode)) return descriptor;
    ::close(descriptor);
    throw error(exit_code::cannot_create, file.native(), "", "is not a regular file");
}

}   // namespace evaluation
