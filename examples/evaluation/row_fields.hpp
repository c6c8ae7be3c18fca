// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <evaluation/comparison.hpp>

namespace evaluation {

/// A name and a JSON value of a table's row; CSV shows the same, an interval in three columns.
///
/// shape   an interval is [mean, low, high], or null
/// units   as comparison
/// errors  none
/// source  RFC 8259
struct field {
    std::string key;
    std::string value;
    bool is_interval = false;
};
std::vector<field> fields_of(comparison const& row);

/// The name, or the value, as CSV: a text is quoted, for a method string has commas; what is not known is empty.
///
/// shape   one column, or three
/// units   as field
/// errors  none
/// source  RFC 4180
std::string csv_key(field const& of);
std::string csv_value(field const& of);

}   // namespace evaluation
