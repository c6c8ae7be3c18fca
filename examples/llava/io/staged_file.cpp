// SPDX-License-Identifier: MIT
#include <llava/io/error.hpp>
#include <llava/io/staged_file.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace llava::io {

namespace {

std::filesystem::path folder_of(std::filesystem::path const& file) {
    return file.parent_path().empty() ? std::filesystem::path(".") : file.parent_path();
}

int sync(int descriptor) {
    while (::fdatasync(descriptor) != 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
}

// Failing changes nothing: the file is complete, only that its name outlives a power cut is not assured.
void sync_folder_of(std::filesystem::path const& file) {
    int const folder = ::open(folder_of(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    sync(folder);
    ::close(folder);
}

}   // namespace

staged_file::staged_file(std::filesystem::path file) : file_(std::move(file)) {
    auto const refuse = [this](std::string const& why) {
        throw error(exit_code::cannot_create, file_.native(), "", why);
    };
    struct stat facts {};
    bool const exists = ::stat(file_.c_str(), &facts) == 0;
    if (exists && !S_ISREG(facts.st_mode)) refuse("is not a regular file");
    if (file_.filename().empty()) refuse("names no file");
    std::string name = file_.native() + ".XXXXXX";
    descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor_ < 0) refuse(std::string("cannot be created: ") + std::strerror(errno));
    staged_ = std::move(name);
    // The rights of what it replaces; mkostemp's own would hide it from everybody else.
    if (::fchmod(descriptor_, exists ? facts.st_mode & 0777U : 0644U) != 0) {
        int const why = errno;
        ::close(descriptor_);
        ::unlink(staged_.c_str());
        fail(why);
    }
}

staged_file::~staged_file() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!staged_.empty()) ::unlink(staged_.c_str());
}

void staged_file::write(std::span<std::byte const> bytes) {
    while (!bytes.empty()) {
        auto const written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(errno);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void staged_file::finish() {
    if (int const why = sync(descriptor_); why != 0) fail(why);
    if (::close(std::exchange(descriptor_, -1)) != 0) fail(errno);
}

void staged_file::commit() {
    finish();
    if (::rename(staged_.c_str(), file_.c_str()) != 0) fail(errno);
    staged_.clear();
    sync_folder_of(file_);
}

bool staged_file::commit_new() {
    finish();
    int const why = ::link(staged_.c_str(), file_.c_str()) == 0 ? 0 : errno;
    if (why == EEXIST) return false;
    if (why != 0) fail(why);
    sync_folder_of(file_);
    return true;
}

void staged_file::fail(int error_number) const {
    throw error(exit_code::io_error, file_.native(), "",
                std::string("cannot be written: ") + std::strerror(error_number) + space_at(file_));
}

std::string space_at(std::filesystem::path const& file) {
    struct statvfs space {};
    if (::statvfs(folder_of(file).c_str(), &space) != 0) return "";
    return ", " + std::to_string(space.f_bavail * space.f_frsize) + " bytes free";
}

}   // namespace llava::io
