// SPDX-License-Identifier: MIT
#include <evaluation/benchmarks.hpp>

#include <evaluation/named.hpp>

namespace evaluation {

benchmark_kind find_benchmark(std::string_view name) {
    return find_named<benchmark_kind, benchmark_list>("--task", name);
}

}   // namespace evaluation
