// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace evaluation {

/// One measure of a benchmark.
///
/// shape   the name that tables print and the key that JSON has
/// units   a share is a fraction of 1, printed in percent; anything else is printed as it is
/// errors  none
/// source  the benchmark's scorer
struct column {
    std::string name;
    std::string key;
    bool is_share = true;
};

/// What a benchmark makes of answers to its first questions.
///
/// shape   a row for each group of questions, a value for each column, absent where the benchmark defines none; right has one entry
///         per answer
/// units   as the columns; unparseable in answers
/// errors  none: notes name what is defined by convention only, such as 0/0
/// source  the benchmark's scorer
struct result {
    struct row {
        std::string group;
        std::vector<std::optional<double>> values;
    };
    std::string rule;
    std::vector<column> columns;
    std::vector<row> rows = {};
    std::vector<bool> right = {};   // what paired comparisons count
    std::int64_t unparseable = 0;
    std::vector<std::string> notes = {};
    std::vector<std::string> warnings = {};

    std::string text() const;
    std::string json() const;
};

}   // namespace evaluation
