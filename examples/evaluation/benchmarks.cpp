// SPDX-License-Identifier: MIT
#include <evaluation/benchmarks.hpp>

#include <evaluation/named.hpp>

namespace evaluation {

benchmark find_benchmark(std::string_view name) { return find_named<benchmark, benchmark_list>("--task", name); }

}   // namespace evaluation
