// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include <causalmm/core/type_list.hpp>

#include <evaluation/amber.hpp>
#include <evaluation/benchmark.hpp>
#include <evaluation/chair.hpp>
#include <evaluation/hallusion.hpp>
#include <evaluation/judged.hpp>
#include <evaluation/mme.hpp>
#include <evaluation/pope.hpp>
#include <evaluation/vlind.hpp>

namespace evaluation {

/// The benchmarks; the command line and the tests walk this list.
///
/// shape   a type_list of classes derived from benchmark
/// units   none
/// errors  none
/// source  one header each
using benchmark_list = causalmm::type_list<pope, mme, vlind, chair, amber, hallusion, llava_bench, mmhal>;

/// A benchmark chosen by name at run time.
///
/// shape   plain data
/// units   longest_answer in tokens
/// errors  open: as the benchmark's constructor
/// source  benchmark_list
struct benchmark_kind {
    std::string_view name;
    int longest_answer = 0;
    std::unique_ptr<benchmark const> (*open)(std::filesystem::path const& file, reading const& how) = nullptr;

    template <class Benchmark>
    static constexpr benchmark_kind of() {
        return {Benchmark::name, Benchmark::longest_answer, [](std::filesystem::path const& file, reading const& how) {
                    return std::unique_ptr<benchmark const>(std::make_unique<Benchmark>(file, how));
                }};
    }
};

/// The benchmark of that name.
///
/// shape   one benchmark
/// units   none
/// errors  llava::io::error (usage) listing the names
/// source  benchmark_list
benchmark_kind find_benchmark(std::string_view name);

}   // namespace evaluation
