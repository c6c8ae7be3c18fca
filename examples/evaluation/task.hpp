// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <evaluation/benchmarks.hpp>
#include <evaluation/question.hpp>

namespace evaluation {

/// A benchmark's question file, read and checked; POPE calls each of its files a split.
///
/// shape   every question of the file, in its order
/// units   none
/// errors  read_task: llava::io::error: usage if the text is not BENCHMARK:FILE, else as the benchmark's reader
/// source  --task
struct task {
    benchmark kind;
    std::filesystem::path file;
    std::string split;   // the file's name without its extension
    std::string hash;
    std::vector<question> questions;
};
task read_task(std::string_view text);

/// A name that is a valid file name, and equal only for equal names: letters, digits and ". _ - = ," stay, ':' becomes '+',
/// other bytes %XX; beyond 120 bytes the rest is replaced by '~' and a hash.
///
/// shape   any bytes -> at most 137 ASCII characters
/// units   none
/// errors  none
/// source  POSIX portable file names
std::string file_name_of(std::string_view name);

}   // namespace evaluation
