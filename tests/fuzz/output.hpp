// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fuzz {

/// Takes the place of stdout while it lives.
class output {
  public:
    output() : before_((std::fflush(stdout), ::dup(STDOUT_FILENO))), file_(::memfd_create("stdout", MFD_CLOEXEC)) {
        ::dup2(file_, STDOUT_FILENO);
    }
    output(output const&) = delete;
    output& operator=(output const&) = delete;
    ~output() {
        std::fflush(stdout);
        ::dup2(before_, STDOUT_FILENO);
        ::close(before_);
        ::close(file_);
    }
    std::string text() const {
        struct stat facts {};
        std::fflush(stdout);
        if (::fstat(file_, &facts) != 0) return {};
        std::string all(static_cast<std::size_t>(facts.st_size), '\0');
        return ::pread(file_, all.data(), all.size(), 0) == facts.st_size ? all : std::string();
    }
    bool empty() const { return text().empty(); }

  private:
    int before_, file_;
};

}   // namespace fuzz
