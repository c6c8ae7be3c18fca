// SPDX-License-Identifier: MIT
#include <evaluation/table.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <utility>

#include <evaluation/json_text.hpp>
#include <evaluation/method_labels.hpp>
#include <evaluation/row_fields.hpp>
#include <evaluation/sentence.hpp>

namespace evaluation {

namespace {

constexpr std::size_t columns = 15;
using cells = std::array<std::string, columns>;

constexpr std::array<char const*, columns> titles = {
    "split",          "method", "acc",  "+-",   "F1", "yes", "AUC", "+-", "f-yes", "difference [95 %]",
    "to bias [95 %]", "",       "cost", "skip", "bad"};
constexpr bool is_left(std::size_t column) { return column < 2 || (column > 8 && column < 12); }

std::string number(char const* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::string percent(double fraction) { return number("%.1f", 100 * fraction); }

std::string percent(std::optional<double> fraction) { return fraction ? percent(*fraction) : "-"; }

method_labels labels_of(std::vector<comparison> const& rows) {
    std::vector<std::string> names;
    for (auto const& row : rows) names.push_back(row.method);
    return method_labels(names);
}

std::string interval(difference_interval const& of) {
    return number("%+.1f", 100 * of.mean) + " [" + number("%+.1f", 100 * of.low) + "," +
           number("%+.1f", 100 * of.high) + "]";
}

double half(difference_interval const& of) { return (of.high - of.low) / 2; }

double share(std::int64_t count, std::size_t of) {
    return of == 0 ? 0 : static_cast<double>(count) / static_cast<double>(of);
}

cells cells_of(comparison const& row, method_labels const& names) {
    return {row.split,
            names.of.at(row.method),
            percent(row.measures.accuracy),
            percent(half(row.accuracy)),
            row.is_yes_no ? percent(row.measures.f1) : "-",
            row.is_yes_no ? percent(row.measures.yes_rate) : "-",
            row.area_under_curve ? number("%.3f", row.area_under_curve->mean) : "-",
            row.area_under_curve ? number("%.3f", half(*row.area_under_curve)).substr(1) : "-",
            percent(row.false_yes),
            row.is_baseline ? "" : interval(row.difference),
            row.is_baseline ? ""
            : row.to_bias   ? interval(*row.to_bias)
                            : "-",
            std::string(verdict_of(row)),
            row.cost ? number("%.2f", *row.cost) : "-",
            row.skipped ? number("%.0f", 100 * *row.skipped) : "-",
            percent(share(row.degenerate.any, row.questions))};
}

std::string head(table const& t) {
    std::string questions;
    for (auto const& row : t.rows) {
        if (!row.is_baseline) continue;
        questions += (questions.empty() ? "" : ", ") + row.split + " " + std::to_string(row.questions);
    }
    return t.benchmark + " on " + t.model + "; " + t.rules() + "; baseline: " + t.baseline + "; seed: " + t.seed +
           "; questions: " + questions;
}

std::vector<std::string> legend(table const& t) {
    return {
        "acc: accuracy. yes: yes-rate. AUC: of the yes/no margin. +-: half the 95 % interval of what stands before it. "
        "f-yes: false yes, share of the no questions affirmed at the recall of " +
            t.baseline + ".",
        "difference: of accuracy to " + t.baseline + "; to bias: to " + t.baseline +
            " with a constant bias that gives it the method's yes-rate; both paired, bootstrap by image.",
        "cost: processor time an answer, " + t.baseline +
            " = 1. skip: share of the contrasts that were skipped: one token alone survived the plausibility cut.",
        "bad: share of the answers that are empty, repeat themselves, exceed 20 words or cannot be read."};
}

// What the table says, in words.
std::vector<std::string> findings(table const& t, method_labels const& names) {
    std::vector<std::string> lines;
    for (auto const& row : t.rows) {
        if (row.is_baseline) continue;
        lines.push_back(row.split + ": " + sentence_of(row, names.of.at(row.method), t.baseline));
    }
    if (auto const all = multiplicity(t.rows); !all.empty()) lines.push_back(all);
    for (auto const& line : control_sentences(t.rows, t.baseline)) lines.push_back(line);
    lines.insert(lines.end(), t.notes.begin(), t.notes.end());
    return lines;
}

std::string joined(std::vector<std::string> const& lines, std::string const& before) {
    std::string text;
    for (auto const& line : lines) text += before + line + "\n";
    return text;
}

std::string json_row(comparison const& row) {
    std::string text;
    for (auto const& each : fields_of(row)) text += (text.empty() ? "{\"" : ", \"") + each.key + "\": " + each.value;
    return text + "}";
}

std::string csv_line(std::vector<field> const& fields, std::function<std::string(field const&)> const& text) {
    std::string line;
    for (auto const& each : fields) line.append(line.empty() ? "" : ",").append(text(each));
    return line + "\n";
}

}   // namespace

std::string table::rules() const {
    std::vector<std::pair<std::string, std::string>> read;   // (rule, the splits it reads)
    for (auto const& row : rows) {
        if (!row.is_baseline) continue;
        auto const at =
            std::find_if(read.begin(), read.end(), [&](auto const& each) { return each.first == row.rule; });
        if (at == read.end())
            read.emplace_back(row.rule, row.split);
        else
            at->second += ", " + row.split;
    }
    if (read.size() < 2) return "rule: " + (read.empty() ? rule : read[0].first);
    std::string text = "rules: ";
    for (auto const& [name, splits] : read)
        text.append(text.ends_with(": ") ? "" : ", ").append(name).append(" (" + splits + ")");
    return text;
}

std::string table::text() const {
    auto const names = labels_of(rows);
    std::vector<cells> lines(1);
    std::copy(titles.begin(), titles.end(), lines[0].begin());
    for (auto const& row : rows) lines.push_back(cells_of(row, names));
    std::array<std::size_t, columns> widths{};
    for (auto const& line : lines) {
        for (std::size_t c = 0; c < columns; ++c) widths[c] = std::max(widths[c], line[c].size());
    }
    std::string result = head(*this) + "\n" + joined(names.legend, "  ");
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i > 1 && lines[i][0] != lines[i - 1][0]) result += "\n";
        for (std::size_t c = 0; c < columns; ++c) {
            std::string const space(widths[c] - lines[i][c].size(), ' ');
            result += (c == 0 ? "" : "  ") + (is_left(c) ? lines[i][c] + space : space + lines[i][c]);
        }
        result += "\n";
    }
    return result + joined(legend(*this), "") + "\n" + joined(findings(*this, names), "");
}

std::string table::markdown() const {
    auto const names = labels_of(rows);
    std::string result = head(*this) + "\n\n|";
    for (auto const* title : titles) result += std::string(" ") + title + " |";
    result += "\n|---|---|---:|---:|---:|---:|---:|---:|---:|---|---|---|---:|---:|---:|\n";
    for (auto const& row : rows) {
        result += "|";
        for (auto const& cell : cells_of(row, names)) result += " " + cell + " |";
        result += "\n";
    }
    return result + "\n" + joined(names.legend, "- ") + joined(legend(*this), "- ") + "\n" +
           joined(findings(*this, names), "- ");
}

std::string table::csv() const {
    std::string result = csv_line(fields_of({}), csv_key);
    for (auto const& row : rows) result += csv_line(fields_of(row), csv_value);
    return result;
}

std::string table::json() const {
    std::string result = "{\n  \"benchmark\": " + json_string(benchmark) + ",\n  \"model\": " + json_string(model);
    result += ",\n  \"rule\": " + json_string(rule) + ",\n  \"baseline\": " + json_string(baseline) +
              ",\n  \"seed\": " + (seed.find(',') == std::string::npos ? seed : json_string(seed));
    result += ",\n  \"rows\": [";
    for (std::size_t i = 0; i < rows.size(); ++i) result += (i == 0 ? "\n    " : ",\n    ") + json_row(rows[i]);
    result += "\n  ],\n  \"notes\": [";
    for (std::size_t i = 0; i < notes.size(); ++i) result += (i == 0 ? "\n    " : ",\n    ") + json_string(notes[i]);
    return result + "\n  ]\n}\n";
}

}   // namespace evaluation
