// SPDX-License-Identifier: MIT
#include <evaluation/store.hpp>

#include <array>
#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <evaluation/file_lock.hpp>
#include <llava/io/error.hpp>
#include <llava/io/staged_file.hpp>

namespace evaluation {

namespace {

using llava::io::error;
using llava::io::exit_code;

std::string reason(int number) { return std::generic_category().message(number); }

int sync_file(int descriptor) {
    while (::fdatasync(descriptor) != 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
}

// One write; continued only when a signal stopped it before the first byte.
ssize_t write_once(int descriptor, std::string_view text) {
    ssize_t written = -1;
    do { written = ::write(descriptor, text.data(), text.size()); } while (written < 0 && errno == EINTR);
    return written;
}

}   // namespace

store::store(std::filesystem::path file) : file_(std::move(file)), descriptor_(open_output(file_, O_CREAT | O_APPEND)) {
    try {
        lock_file(descriptor_, sharing::exclusive, file_);
        load();
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

store::~store() { ::close(descriptor_); }

void store::load() {
    struct stat open {};
    if (::fstat(descriptor_, &open) != 0) fail("fstat", errno);
    number_ = open.st_ino;
    device_ = open.st_dev;
    std::array<char, 1 << 16> buffer;
    while (true) {
        auto const got = ::pread(descriptor_, buffer.data(), buffer.size(), static_cast<off_t>(text_.size()));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read", errno);
        if (got == 0) break;
        text_.append(buffer.data(), static_cast<std::size_t>(got));
    }
    auto const end = text_.rfind('\n');
    auto const whole = end == std::string::npos ? 0 : end + 1;
    size_ = text_.size();
    torn_ = size_ - whole;
    text_.resize(whole);
}

void store::repair() {
    // Not synced: what a power cut brings back is cut again.
    if (torn_ > 0 && ::ftruncate(descriptor_, static_cast<off_t>(text_.size())) != 0) fail("truncate", errno);
    size_ = text_.size();
    torn_ = 0;
}

// Whether the name still leads to the open file.
bool store::in_place() const {
    struct stat named {};
    return ::lstat(file_.c_str(), &named) == 0 && named.st_ino == number_ && named.st_dev == device_;
}

void store::append(std::string_view line) {
    if (torn_ > 0) repair();
    if (!in_place())
        throw error(exit_code::io_error, file_.native(), "", "was removed or replaced while being written");
    auto written = write_once(descriptor_, line);
    // What stopped a short write, the next one says.
    if (written >= 0 && written < static_cast<ssize_t>(line.size())) {
        auto const more = write_once(descriptor_, line.substr(static_cast<std::size_t>(written)));
        written = more < 0 ? -1 : written + more;
    }
    int const why = written < 0 ? errno : ENOSPC;
    if (written == static_cast<ssize_t>(line.size())) {
        size_ += line.size();
        return;
    }
    // A torn line would be cut by the next run in any case: failing to cut it now is not worth another message.
    if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) errno = 0;
    fail("write", why);
}

void store::sync() {
    if (int const why = sync_file(descriptor_); why != 0) fail("fdatasync", why);
}

void store::fail(std::string_view doing, int error_number) const {
    throw error(exit_code::io_error, file_.native(), "",
                std::string(doing) + " failed: " + reason(error_number) + llava::io::space_at(file_) +
                    "; what was written before is kept");
}

void write_whole(std::filesystem::path const& file, std::string_view text) {
    llava::io::staged_file staged(file);
    staged.write(std::as_bytes(std::span(text)));
    staged.commit();
}

bool create_whole(std::filesystem::path const& file, std::string_view text) {
    llava::io::staged_file staged(file);
    staged.write(std::as_bytes(std::span(text)));
    return staged.commit_new();
}

}   // namespace evaluation
