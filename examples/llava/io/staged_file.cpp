// SPDX-License-Identifier: MIT
#include <llava/io/error.hpp>
#include <llava/io/staged_file.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace llava::io {

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

void staged_file::commit() {
    if (::fdatasync(descriptor_) != 0) fail(errno);
    if (::close(std::exchange(descriptor_, -1)) != 0) fail(errno);
    if (::rename(staged_.c_str(), file_.c_str()) != 0) fail(errno);
    staged_.clear();
}

void staged_file::fail(int error_number) const {
    throw error(exit_code::io_error, file_.native(), "",
                std::string("cannot be written: ") + std::strerror(error_number));
}

}   // namespace llava::io
