// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <evaluation/answerer.hpp>
#include <evaluation/shards.hpp>
#include <evaluation/table.hpp>
#include <evaluation/task.hpp>

namespace evaluation {

/// The method that every other is compared with.
inline constexpr std::string_view baseline = "greedy";

/// One method's answers to the first questions of one split.
///
/// shape   as many replies as questions
/// units   as reply
/// errors  none
/// source  job.hpp
struct answered_split {
    task const* split = nullptr;
    std::string method;
    std::vector<reply> replies;
    bool is_baseline = false;
};

/// The first answers; those of questions that failed are empty.
///
/// shape   `wanted` replies
/// units   as reply
/// errors  none
/// source  shards.hpp
std::vector<reply> replies_of(shards const& answers, std::size_t wanted);

/// The table of these answers, each row compared with the first baseline on a split of that name.
///
/// shape   a row for each; about holds what else is known
/// units   as comparison
/// errors  llava::io::error (bad_data) if a split has no baseline
/// source  comparison.hpp
table summarize(std::vector<answered_split> const& answers, table about);

/// The forms in which a table can be printed: text, markdown, csv, json.
///
/// shape   all of them show the same rows
/// units   as table
/// errors  llava::io::error (usage) listing the names
/// source  --format
void check_format(std::string_view format);
std::string formatted(table const& t, std::string_view format);

}   // namespace evaluation
