// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace evaluation {

/// Questions that only one of two methods answers rightly, and the chance of a split at least as uneven if neither were better.
///
/// p = min(1, 2 sum_{i <= min(b, c)} C(b + c, i) / 2^(b + c)),  b = only_ours, c = only_theirs
///
/// shape   two counts and p
/// units   questions; p as a fraction of 1. It takes questions for independent: those about one image are not
/// errors  none: without a discordant question p is 1
/// source  McNemar 1947, exact two-sided binomial form
struct discordance {
    std::int64_t only_ours = 0;
    std::int64_t only_theirs = 0;
    double p = 1;
};
discordance mcnemar(std::int64_t only_ours, std::int64_t only_theirs);

/// The p values that hold for all tests of a table together.
///
/// adjusted of the i-th smallest of m = max over j <= i of min(1, (m - j + 1) p_j)
///
/// shape   any number, any order; the result in the same order
/// units   fractions of 1
/// errors  none
/// source  Holm 1979
std::vector<double> holm(std::span<double const> values);

}   // namespace evaluation
