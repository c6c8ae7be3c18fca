// SPDX-License-Identifier: MIT
#include <evaluation/mpi.hpp>

#ifdef CAUSALMM_MPI

#include <chrono>
#include <cstdlib>
#include <thread>

#include <mpi.h>

namespace evaluation {

namespace {

// A process alone pays nothing for MPI: it starts only where one of these says that there are others.
bool was_started_in_group() {
    for (auto const* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"}) {
        if (std::getenv(name) != nullptr) return true;
    }
    return false;
}

// MPI waits by spinning, which takes a core from those that still answer.
int largest(int own) {
    int all = own;
    MPI_Request request{};
    MPI_Iallreduce(&own, &all, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD, &request);
    for (int done = 0; done == 0;) {
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
        if (done == 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return all;
}

process_group group_of_world() {
    process_group group;
    MPI_Comm_rank(MPI_COMM_WORLD, &group.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &group.size);
    MPI_Comm local{};
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &local);
    MPI_Comm_size(local, &group.local_size);
    MPI_Comm_free(&local);
    group.agree = largest;
    return group;
}

}   // namespace

int run_in_group(std::function<int(process_group const&)> const& body) {
    if (!was_started_in_group()) return body({});
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    int const code = largest(body(group_of_world()));
    MPI_Finalize();
    return code;
}

}   // namespace evaluation

#else

namespace evaluation {

int run_in_group(std::function<int(process_group const&)> const& body) { return body({}); }

}   // namespace evaluation

#endif
