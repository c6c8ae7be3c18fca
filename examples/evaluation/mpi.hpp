// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include <evaluation/process_group.hpp>

namespace evaluation {

/// Runs a program as one of the processes that mpirun or srun started; alone if none did, or if the program was built without MPI.
///
/// mpirun ends all processes as soon as one returns another code than 0 (Open MPI 4.1), so every process returns the largest code of
/// all, when all are done. A process that is killed takes the others with it; the same command continues.
///
/// shape   body gets the group and returns an exit code; it throws nothing
/// units   none
/// errors  none
/// source  reliability.md 3.3
int run_in_group(std::function<int(process_group const&)> const& body);

}   // namespace evaluation
