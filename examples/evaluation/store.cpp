// SPDX-License-Identifier: MIT
#include <evaluation/store.hpp>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <evaluation/file_lock.hpp>
#include <llava/io/error.hpp>

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

// ", N bytes free", if that can be known.
std::string space_at(std::filesystem::path const& file) {
    struct statvfs space {};
    auto const parent = file.parent_path().empty() ? std::filesystem::path(".") : file.parent_path();
    if (::statvfs(parent.c_str(), &space) != 0) return "";
    return ", " + std::to_string(space.f_bavail * space.f_frsize) + " bytes free";
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
    struct stat open {
    }, named{};
    if (::fstat(descriptor_, &open) != 0) fail("fstat", errno);
    return ::lstat(file_.c_str(), &named) == 0 && named.st_ino == open.st_ino && named.st_dev == open.st_dev;
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
                std::string(doing) + " failed: " + reason(error_number) + space_at(file_) +
                    "; what was written before is kept");
}

namespace {

// The text in a temporary file beside `file`; its name.
std::string write_beside(std::filesystem::path const& file, std::string_view text) {
    std::string name = file.native() + ".XXXXXX";
    int const descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0) throw error(exit_code::cannot_create, file.native(), "", "cannot be created: " + reason(errno));
    int why = ::fchmod(descriptor, 0644) == 0 ? 0 : errno;
    while (why == 0 && !text.empty()) {
        auto const written = write_once(descriptor, text);
        if (written < 0)
            why = errno;
        else
            text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (why == 0) why = sync_file(descriptor);
    ::close(descriptor);
    if (why == 0) return name;
    ::unlink(name.c_str());
    throw error(exit_code::io_error, file.native(), "", "cannot be written: " + reason(why) + space_at(file));
}

// Failing changes nothing: the file is complete, only its durability across a power cut is not assured.
void sync_folder_of(std::filesystem::path const& file) {
    auto const parent = file.parent_path().empty() ? std::filesystem::path(".") : file.parent_path();
    int const folder = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    sync_file(folder);
    ::close(folder);
}

}   // namespace

void write_whole(std::filesystem::path const& file, std::string_view text) {
    auto const name = write_beside(file, text);
    int const why = ::rename(name.c_str(), file.c_str()) == 0 ? 0 : errno;
    if (why != 0) {
        ::unlink(name.c_str());
        throw error(exit_code::io_error, file.native(), "", "cannot be written: " + reason(why));
    }
    sync_folder_of(file);
}

bool create_whole(std::filesystem::path const& file, std::string_view text) {
    auto const name = write_beside(file, text);
    int const why = ::link(name.c_str(), file.c_str()) == 0 ? 0 : errno;
    ::unlink(name.c_str());
    if (why == EEXIST) return false;
    if (why != 0) throw error(exit_code::io_error, file.native(), "", "cannot be written: " + reason(why));
    sync_folder_of(file);
    return true;
}

}   // namespace evaluation
