// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <evaluation/comparison.hpp>

namespace evaluation {

/// The method that every other is compared with.
inline constexpr std::string_view baseline = "greedy";

/// A method string without its key "seed", so that runs that differ in it alone are told as one method.
///
/// shape   "sample:seed=1" -> "sample", "vcd:seed=1,gamma=2" -> "vcd:gamma=2"; anything else stays
/// units   none
/// errors  none
/// source  the method grammar NAME[:key=value,...]
std::string without_seed(std::string_view method);

/// Whether every counterfactual branch of a method is the factual one again, so that its contrast must change nothing: greedy with
/// extra steps. A temperature makes it a draw, which has nothing to equal.
///
/// shape   vision= and language= name no intervention but identity, and one of them stands there
/// units   none
/// errors  none
/// source  the self-check of contrast and plausibility cut
bool is_identity(std::string_view method);

/// Accuracy over the seeds of one method on one split.
///
/// shape   plain data
/// units   fractions of 1
/// errors  none
/// source  evaluation.md 2.2: numbers that do not reproduce
struct spread {
    std::string split;
    std::string method;   // without its seed
    std::size_t seeds = 0;
    double mean = 0;
    double low = 0;
    double high = 0;
};

/// The spread of every method that stands in the rows with two seeds or more.
///
/// shape   in the order of the rows
/// units   as spread
/// errors  none
/// source  rows whose methods differ in their seed alone
std::vector<spread> spreads(std::span<comparison const> rows);

}   // namespace evaluation
