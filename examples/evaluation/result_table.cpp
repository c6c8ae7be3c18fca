// SPDX-License-Identifier: MIT
#include <evaluation/result_table.hpp>

#include <algorithm>
#include <cstdio>

#include <evaluation/json_text.hpp>
#include <evaluation/method_labels.hpp>

namespace evaluation {

namespace {

using line = std::vector<std::string>;

std::string number(column const& of, std::optional<double> value) {
    if (!value) return "-";
    char text[64];
    std::snprintf(text, sizeof text, "%.1f", (of.is_share ? 100 : 1) * *value);
    return text;
}

method_labels labels_of(result_table const& table) {
    std::vector<std::string> names;
    for (auto const& [method, found] : table.methods) names.push_back(method);
    return method_labels(names);
}

// The titles, then a line for each measure of each group that any method has a value for.
std::vector<line> lines_of(result_table const& table, method_labels const& labels) {
    std::vector<line> lines(1, {"group", "measure"});
    for (auto const& [method, found] : table.methods) lines[0].push_back(labels.of.at(method));
    auto const& first = table.methods.front().second;
    for (std::size_t r = 0; r < first.rows.size(); ++r) {
        for (std::size_t c = 0; c < first.columns.size(); ++c) {
            if (!first.rows[r].values[c]) continue;
            lines.push_back({first.rows[r].group, first.columns[c].name});
            for (auto const& [method, found] : table.methods)
                lines.back().push_back(number(found.columns[c], found.rows[r].values[c]));
        }
    }
    lines.push_back({"", "unparseable"});
    for (auto const& [method, found] : table.methods) lines.back().push_back(std::to_string(found.unparseable));
    return lines;
}

std::string head(result_table const& table) {
    auto const& first = table.methods.front().second;
    return table.split + ": " + table.benchmark + " by its own scorer; rule: " + first.rule +
           "; baseline: " + table.methods.front().first + "; questions: " + std::to_string(first.right.size());
}

}   // namespace

std::string result_table::text() const {
    auto const labels = labels_of(*this);
    auto const lines = lines_of(*this, labels);
    std::vector<std::size_t> widths(lines[0].size(), 0);
    for (auto const& each : lines) {
        for (std::size_t c = 0; c < widths.size(); ++c) widths[c] = std::max(widths[c], each[c].size());
    }
    std::string all = head(*this) + "\n";
    for (auto const& each : labels.legend) all += "  " + each + "\n";
    for (auto const& each : lines) {
        for (std::size_t c = 0; c < widths.size(); ++c) {
            std::string const space(widths[c] - each[c].size(), ' ');
            all += (c == 0 ? "" : "  ") + (c < 2 ? each[c] + space : space + each[c]);
        }
        all += "\n";
    }
    for (auto const& note : methods.front().second.notes) all += "note: " + note + "\n";
    return all;
}

std::string result_table::markdown() const {
    auto const labels = labels_of(*this);
    auto const lines = lines_of(*this, labels);
    std::string all = head(*this) + "\n\n";
    for (std::size_t i = 0; i < lines.size(); ++i) {
        all += "|";
        for (auto const& cell : lines[i]) all += " " + cell + " |";
        all += "\n";
        if (i > 0) continue;
        all += "|---|---|";
        for (std::size_t m = 0; m < methods.size(); ++m) all += "---:|";
        all += "\n";
    }
    all += "\n";
    for (auto const& each : labels.legend) all += "- " + each + "\n";
    for (auto const& note : methods.front().second.notes) all += "- " + note + "\n";
    return all;
}

std::string result_table::json() const {
    std::string all = "{";
    for (auto const& [method, found] : methods) {
        auto one = found.json();
        one.pop_back();   // the line end
        all += (all.size() == 1 ? "\n    " : ",\n    ") + json_string(method) + ": " + one;
    }
    return all + "\n  }";
}

}   // namespace evaluation
