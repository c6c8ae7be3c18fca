// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <exception>

#include <signal.h>

namespace evaluation {

/// Ends work that a signal asked to stop, and of which nothing is kept.
///
/// shape   code is the exit code
/// units   128 + signal number
/// errors  none
/// source  reliability.md R1, R2
struct interrupted : std::exception {
    explicit interrupted(int signal) : code(128 + signal) {}
    char const* what() const noexcept override { return "interrupted"; }
    int code;
};

/// While it lives, SIGINT, SIGTERM and SIGHUP ask for an orderly stop; a second one of the same kind ends the program at once.
/// SIGPIPE and SIGXFSZ are ignored, so that a closed pipe or a size limit becomes an error code of write.
///
/// end_if_caught  for work that leaves nothing behind, and takes long
///
/// shape   one at a time in a process
/// units   signal numbers; 0: none came
/// errors  end_if_caught: interrupted
/// source  reliability.md R1, R2, R7, R19
class signal_guard {
  public:
    signal_guard();
    signal_guard(signal_guard const&) = delete;
    signal_guard& operator=(signal_guard const&) = delete;
    ~signal_guard();

    static int caught() noexcept;
    static void end_if_caught();

  private:
    std::array<struct sigaction, 5> before_{};
};

}   // namespace evaluation
