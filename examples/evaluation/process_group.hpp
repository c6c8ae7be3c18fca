// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <functional>

namespace evaluation {

/// Processes that were started together, as mpirun does; without it, this process alone. They share work through the files of a run
/// (job.hpp) and say nothing to each other while questions are answered, so none waits for one that is gone.
///
/// agree  called by every process, once: returns the largest of their numbers when all have called it
///
/// shape   rank < size; local: among those on this machine
/// units   none
/// errors  none
/// source  reliability.md 3.3
struct process_group {
    int rank = 0;
    int size = 1;
    int local_size = 1;
    std::function<int(int)> agree = [](int number) { return number; };
};

/// Ends a process whose group was ended by the first of them, which has said why.
///
/// shape   code is the exit code
/// units   none
/// errors  none
/// source  reliability.md 3.3
struct ended_by_first : std::exception {
    explicit ended_by_first(int code_in) : code(code_in) {}
    char const* what() const noexcept override { return "the first process of the group has failed"; }
    int code;
};

/// Calls `work` in the first process, then in the others, so that one reports bad input and one removes what is overwritten.
///
/// shape   one call in each process
/// units   none
/// errors  what work throws; in the others ended_by_first if it threw in the first
/// source  reliability.md 3.3
void first_then_others(process_group const& group, std::function<void()> const& work);

}   // namespace evaluation
