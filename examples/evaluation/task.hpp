// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <evaluation/benchmarks.hpp>
#include <evaluation/question.hpp>

namespace evaluation {

/// A benchmark's file or folder, read and checked; POPE calls each of its files a split.
///
/// shape   every question, in its order
/// units   none
/// errors  read_task: llava::io::error: usage if the text is not BENCHMARK:FILE, else as the benchmark's reader
/// source  --task
struct task {
    benchmark_kind kind;
    std::filesystem::path file;
    std::filesystem::path images;   // the benchmark's own folder, or that of --images
    std::string split;              // the file's name without its extension
    std::string hash;               // of all that an answer may depend on, the pictures left out, and of the labels
    std::unique_ptr<benchmark const> contents;
    std::span<question const> questions;   // of contents
};
task read_task(std::string_view text, std::filesystem::path const& images = {}, reading const& how = {});

/// The name of a split: that of its file without the extension, or of its folder, with or without a slash behind.
///
/// shape   "a/random.jsonl" -> "random", "MME/" -> "MME"
/// units   none
/// errors  none
/// source  --task
std::string split_name(std::filesystem::path const& file);

/// A name that is a valid file name, and equal only for equal names: letters, digits and ". _ - = ," stay, ':' becomes '+',
/// other bytes %XX; beyond 120 bytes the rest is replaced by '~' and a hash.
///
/// shape   any bytes -> at most 137 ASCII characters
/// units   none
/// errors  none
/// source  POSIX portable file names
std::string file_name_of(std::string_view name);

}   // namespace evaluation
