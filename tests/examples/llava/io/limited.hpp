// SPDX-License-Identifier: MIT
#pragma once

#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

namespace support {

/// A lower limit of the process as long as the object lives.
class limited {
  public:
    limited(decltype(RLIMIT_AS) which, rlim_t most) : which_(which) {
        ::getrlimit(which_, &before_);
        rlimit const now{.rlim_cur = most, .rlim_max = before_.rlim_max};
        ::setrlimit(which_, &now);
    }
    limited(limited const&) = delete;
    limited& operator=(limited const&) = delete;
    ~limited() { ::setrlimit(which_, &before_); }

  private:
    decltype(RLIMIT_AS) which_;
    rlimit before_{};
};

/// Bytes of address space that the process has.
inline rlim_t mapped_now() {
    rlim_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

}   // namespace support
