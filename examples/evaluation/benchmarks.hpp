// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <causalmm/core/type_list.hpp>
#include <llava/io/json.hpp>

#include <evaluation/pope.hpp>
#include <evaluation/question.hpp>

namespace evaluation {

/// The benchmarks; the command line and the tests walk this list.
///
/// shape   a type_list; each has name, read, answer_line and read_answer
/// units   none
/// errors  none
/// source  one header each
using benchmark_list = causalmm::type_list<pope>;

/// A benchmark chosen by name at run time.
///
/// shape   plain data
/// units   none
/// errors  none
/// source  benchmark_list
struct benchmark {
    std::string_view name;
    std::vector<question> (*read)(std::filesystem::path const& file) = nullptr;
    std::string (*answer_line)(question const& asked, std::string_view text, std::string_view model_id) = nullptr;
    given_answer (*read_answer)(llava::io::json_field const& object) = nullptr;

    template <class Benchmark>
    static constexpr benchmark of() {
        return {Benchmark::name, &Benchmark::read, &Benchmark::answer_line, &Benchmark::read_answer};
    }
};

/// The benchmark of that name.
///
/// shape   one benchmark
/// units   none
/// errors  llava::io::error (usage) listing the names
/// source  benchmark_list
benchmark find_benchmark(std::string_view name);

}   // namespace evaluation
