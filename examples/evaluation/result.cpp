// SPDX-License-Identifier: MIT
#include <evaluation/result.hpp>

#include <algorithm>
#include <cstdio>

#include <evaluation/json_text.hpp>

namespace evaluation {

namespace {

std::string printed(column const& of, std::optional<double> value) {
    if (!value) return "-";
    char text[64];
    std::snprintf(text, sizeof text, "%.2f", (of.is_share ? 100 : 1) * *value);
    return text;
}

std::string padded(std::string const& text, std::size_t width, bool left) {
    std::string const space(width - std::min(width, text.size()), ' ');
    return left ? text + space : space + text;
}

// One row stands upright: a line for each measure that there is.
std::string upright(result const& of) {
    std::string text;
    for (std::size_t c = 0; c < of.columns.size(); ++c) {
        auto const value = of.rows[0].values[c];
        if (value)
            text += padded(of.columns[c].name, 12, true) + padded(printed(of.columns[c], value), 6, false) + "\n";
    }
    return text;
}

std::string tabular(result const& of) {
    std::vector<std::vector<std::string>> lines(1, {"group"});
    for (auto const& c : of.columns) lines[0].push_back(c.name);
    for (auto const& row : of.rows) {
        lines.push_back({row.group});
        for (std::size_t c = 0; c < of.columns.size(); ++c) {
            lines.back().push_back(printed(of.columns[c], row.values[c]));
        }
    }
    std::vector<std::size_t> widths(lines[0].size(), 0);
    for (auto const& line : lines) {
        for (std::size_t c = 0; c < widths.size(); ++c) widths[c] = std::max(widths[c], line[c].size());
    }
    std::string text;
    for (auto const& line : lines) {
        for (std::size_t c = 0; c < widths.size(); ++c) {
            text += (c == 0 ? "" : "  ") + padded(line[c], widths[c], c == 0);
        }
        text += "\n";
    }
    return text;
}

std::string members(result const& of, result::row const& row) {
    std::string text;
    for (std::size_t c = 0; c < of.columns.size(); ++c) {
        text += (c == 0 ? "" : ", ") + json_string(of.columns[c].key) + ": ";
        text += row.values[c] ? json_number(*row.values[c]) : "null";
    }
    return text;
}

}   // namespace

std::string result::text() const {
    std::string all = "rule " + rule + ", " + std::to_string(right.size()) + " answers\n";
    all += rows.size() == 1 ? upright(*this) : tabular(*this);
    all += "unparseable " + std::to_string(unparseable) + "\n";
    for (auto const& note : notes) all += "note: " + note + "\n";
    return all;
}

std::string result::json() const {
    std::string all = "{\"rule\": " + json_string(rule) + ", \"answers\": " + std::to_string(right.size());
    if (rows.size() == 1) all += ", " + members(*this, rows[0]);
    if (rows.size() != 1) {
        all += ", \"groups\": {";
        for (std::size_t r = 0; r < rows.size(); ++r) {
            all += (r == 0 ? "" : ", ") + json_string(rows[r].group) + ": {" + members(*this, rows[r]) + "}";
        }
        all += "}";
    }
    all += ", \"unparseable\": " + std::to_string(unparseable) + ", \"notes\": [";
    for (std::size_t n = 0; n < notes.size(); ++n) all += (n == 0 ? "" : ", ") + json_string(notes[n]);
    return all + "]}\n";
}

}   // namespace evaluation
