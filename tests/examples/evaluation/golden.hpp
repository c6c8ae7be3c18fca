// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <evaluation/benchmark.hpp>

#include "catch.hpp"
#include "support.hpp"

namespace support {

inline std::filesystem::path golden_file(std::string_view name) {
    return std::filesystem::path(CAUSALMM_SOURCE_DIR) / "tests/golden/evaluation" / name;
}

inline nlohmann::json golden_json(std::string_view name) { return nlohmann::json::parse(read_file(golden_file(name))); }

// Compares one row of a result with an object that has a number or null for each column's key.
inline void check_row(evaluation::result const& found, std::string const& group, nlohmann::json const& expected) {
    INFO(group);
    auto const row =
        std::find_if(found.rows.begin(), found.rows.end(), [&](auto const& r) { return r.group == group; });
    REQUIRE(row != found.rows.end());
    for (std::size_t c = 0; c < found.columns.size(); ++c) {
        INFO(found.columns[c].key);
        auto const& value = expected.at(found.columns[c].key);
        REQUIRE(row->values[c].has_value() == !value.is_null());
        // Sums of a few terms, in another order.
        if (!value.is_null()) CHECK(*row->values[c] == Approx(value.get<double>()).epsilon(1e-12).margin(1e-15));
    }
}

// Compares one row of a result with these values.
inline void check_values(evaluation::result::row const& row, std::vector<std::optional<double>> const& expected) {
    INFO(row.group);
    REQUIRE(row.values.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        REQUIRE(row.values[i].has_value() == expected[i].has_value());
        // A quotient or two of small whole numbers, in another order.
        if (expected[i]) CHECK(*row.values[i] == Approx(*expected[i]).epsilon(1e-12));
    }
}

inline void check_rows(evaluation::result const& found, nlohmann::json const& expected) {
    CHECK(found.rows.size() == expected.size());
    for (auto const& group : expected.items()) check_row(found, group.key(), group.value());
}

}   // namespace support
