// SPDX-License-Identifier: MIT
#pragma once

#include <ctime>

namespace llava {

/// Processor time that the calling thread has had, in seconds.
inline double thread_seconds() noexcept {
    std::timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}   // namespace llava
