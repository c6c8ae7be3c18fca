// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include <signal.h>

namespace evaluation {

/// While it lives, SIGINT, SIGTERM and SIGHUP ask for an orderly stop; a second one of the same kind ends the program at once.
/// SIGPIPE and SIGXFSZ are ignored, so that a closed pipe or a size limit becomes an error code of write.
///
/// shape   one at a time in a process
/// units   signal numbers; 0: none came
/// errors  none
/// source  reliability.md R1, R2, R7, R19
class signal_guard {
  public:
    signal_guard();
    signal_guard(signal_guard const&) = delete;
    signal_guard& operator=(signal_guard const&) = delete;
    ~signal_guard();

    static int caught() noexcept;

  private:
    std::array<struct sigaction, 5> before_{};
};

}   // namespace evaluation
