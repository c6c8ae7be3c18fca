// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <evaluation/result.hpp>

namespace evaluation {

/// The numbers in a text, in their order.
///
/// shape   "8 9.5" -> 8, 9.5; signs and exponents are not numbers' parts
/// units   numbers of more than 24 characters are passed over: no judge means them, and their sums and ratios may overflow
/// errors  none
/// source  judges' replies
std::vector<double> numbers_in(std::string_view text);

/// Scores of replies; each is a file of lines {"custom_id", "response": {"body": {"choices": [{"message": {"content"}}]}}}.
///
/// score_pairs    two scores in the first line, or as "tuple" beside "question_id"; a row for each category, and all:
///                100 mean(second) / mean(first), and both means times 10
/// score_ratings  "rating: N"; mean, share of ratings below 3, and the mean of each of the 8 types
/// score_aspects  "accuracy: A B" and "detailedness: A B"; a row for each, the means of both
///
/// shape   unparseable counts replies that cannot be read; they are left out
/// units   as the judge's; shares as fractions
/// errors  llava::io::error: bad_data naming file, line and field, also for an id that is not among the categories or given twice
/// source  judge.hpp
result score_pairs(std::filesystem::path const& replies, std::map<std::string, std::string> const& categories);
result score_ratings(std::filesystem::path const& replies);
result score_aspects(std::filesystem::path const& replies);

}   // namespace evaluation
