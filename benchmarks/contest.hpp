// SPDX-License-Identifier: MIT
#pragma once

#include <ctime>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

namespace workload {

/// Processor time of the calling thread, which neighbours on the machine disturb less than a clock.
inline double thread_seconds() {
    std::timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Several ways to the same end, timed in turn: whatever slows the machine down meanwhile slows all of them.
class contest {
  public:
    /// `call` gives the seconds it took.
    void add(std::string name, std::function<double()> call) {
        ways_.push_back({std::move(name), std::move(call), 0.0});
    }
    /// Seconds are those that the call takes.
    void add_timed(std::string name, std::function<void()> call) {
        add(std::move(name), [call = std::move(call)] {
            double const start = thread_seconds();
            call();
            return thread_seconds() - start;
        });
    }

    /// One round an iteration; then for each way but the first a column x_NAME, its total time relative to the first's.
    void run(benchmark::State& state) {
        for (auto iteration : state) {
            (void)iteration;
            double round = 0.0;
            for (way& each : ways_) {
                double const seconds = each.call();
                each.total += seconds;
                round += seconds;
            }
            state.SetIterationTime(round);
        }
        for (way const& each : ways_) {
            if (&each != &ways_.front()) { state.counters["x_" + each.name] = each.total / ways_.front().total; }
        }
    }
    /// Seconds of the first way, all rounds together.
    double first_total() const { return ways_.front().total; }

  private:
    struct way {
        std::string name;
        std::function<double()> call;
        double total;
    };
    std::vector<way> ways_;
};

}   // namespace workload
