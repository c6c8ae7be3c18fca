// SPDX-License-Identifier: MIT
#include <evaluation/table.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include <evaluation/json_text.hpp>

namespace evaluation {

namespace {

constexpr std::size_t columns = 13;
using cells = std::array<std::string, columns>;

constexpr std::array<char const*, columns> titles = {
    "split", "method", "acc", "F1", "yes", "AUC", "false-yes", "bias", "difference [95 %]", "", "cost", "skip", "lost"};

std::string number(char const* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::string percent(double fraction) { return number("%.1f", 100 * fraction); }

std::string percent(std::optional<double> fraction) { return fraction ? percent(*fraction) : "-"; }

// Long method strings get a short label and a line of their own: causalmm#1 = causalmm:vision=...
struct labels {
    std::map<std::string, std::string> of;
    std::vector<std::string> legend;

    explicit labels(std::vector<comparison> const& rows) {
        constexpr std::size_t longest = 14;
        std::map<std::string, int> numbers;
        for (auto const& row : rows) {
            if (of.contains(row.method)) continue;
            auto const kind = row.method.substr(0, std::min(row.method.find(':'), longest - 3));
            of[row.method] = row.method.size() <= longest ? row.method : kind + "#" + std::to_string(++numbers[kind]);
            if (of[row.method] != row.method) legend.push_back(of[row.method] + " = " + row.method);
        }
    }
};

std::string difference(comparison const& row) {
    if (row.is_baseline) return "";
    auto const [mean, low, high] = row.difference;
    return number("%+.1f", 100 * mean) + " [" + number("%+.1f", 100 * low) + ", " + number("%+.1f", 100 * high) + "]";
}

cells cells_of(comparison const& row, labels const& names) {
    return {row.split,
            names.of.at(row.method),
            percent(row.measures.accuracy),
            percent(row.measures.f1),
            percent(row.measures.yes_rate),
            row.area_under_curve ? number("%.3f", *row.area_under_curve) : "-",
            percent(row.false_yes),
            percent(row.bias_alone),
            difference(row),
            std::string(verdict_of(row)),
            row.cost ? number("%.2f", *row.cost) : "-",
            row.skipped ? number("%.0f", 100 * *row.skipped) : "-",
            std::to_string(row.unparseable)};
}

std::string head(table const& t) {
    std::string questions;
    for (auto const& row : t.rows) {
        if (!row.is_baseline) continue;
        questions += (questions.empty() ? "" : ", ") + row.split + " " + std::to_string(row.questions);
    }
    return t.benchmark + " on " + t.model + "; rule: " + t.rule + "; baseline: " + t.baseline + "; seed: " + t.seed +
           "; questions: " + questions;
}

std::vector<std::string> foot(table const& t) {
    std::vector<std::string> lines = {
        "yes: yes-rate. AUC: of the yes/no margin. false-yes: share of the no questions affirmed at the "
        "recall of " +
            t.baseline + ".",
        "bias: accuracy of " + t.baseline +
            " when a constant bias gives it the method's yes-rate. lost: unparseable answers.",
        "difference: of accuracy to " + t.baseline + ", paired bootstrap by image. cost: processor time an answer, " +
            t.baseline + " = 1.",
        "acc: accuracy. skip: share of the contrasts that were skipped: one token alone survived the plausibility "
        "cut."};
    lines.insert(lines.end(), t.notes.begin(), t.notes.end());
    return lines;
}

std::string joined(std::vector<std::string> const& lines, std::string const& before) {
    std::string text;
    for (auto const& line : lines) text += before + line + "\n";
    return text;
}

std::string json_optional(std::optional<double> value) { return value ? json_number(*value) : "null"; }

// Names and JSON values of a row; CSV shows the same.
std::vector<std::pair<char const*, std::string>> fields_of(comparison const& row) {
    return {{"split", json_string(row.split)},
            {"method", json_string(row.method)},
            {"questions", std::to_string(row.questions)},
            {"accuracy", json_number(row.measures.accuracy)},
            {"precision", json_number(row.measures.precision)},
            {"recall", json_number(row.measures.recall)},
            {"f1", json_number(row.measures.f1)},
            {"yes_rate", json_number(row.measures.yes_rate)},
            {"auc", json_optional(row.area_under_curve)},
            {"false_yes_at_baseline_recall", json_optional(row.false_yes)},
            {"bias_alone_accuracy", json_optional(row.bias_alone)},
            {"difference", json_number(row.difference.mean)},
            {"difference_low", json_number(row.difference.low)},
            {"difference_high", json_number(row.difference.high)},
            {"verdict", json_string(verdict_of(row))},
            {"seconds_per_answer", json_optional(row.seconds)},
            {"cost", json_optional(row.cost)},
            {"contrasts_skipped", json_optional(row.skipped)},
            {"answers_without_contrast", json_optional(row.all_skipped)},
            {"unparseable", std::to_string(row.unparseable)}};
}

std::string json_row(comparison const& row) {
    std::string text;
    for (auto const& [key, value] : fields_of(row))
        text += (text.empty() ? "{\"" : ", \"") + std::string(key) + "\": " + value;
    return text + "}";
}

// A method string has commas; null is an empty field.
std::string csv_field(std::string const& json, comparison const& row, std::string_view key) {
    auto const quoted = [](std::string const& text) {
        std::string result = "\"";
        for (char const c : text) result += c == '"' ? "\"\"" : std::string(1, c);
        return result + "\"";
    };
    if (key == "split") return quoted(row.split);
    if (key == "method") return quoted(row.method);
    return json == "null" ? "" : json;
}

}   // namespace

std::string table::text() const {
    labels const names(rows);
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
            bool const left = c < 2 || c == 8 || c == 9;
            std::string const space(widths[c] - lines[i][c].size(), ' ');
            result += (c == 0 ? "" : "  ") + (left ? lines[i][c] + space : space + lines[i][c]);
        }
        result += "\n";
    }
    return result + joined(foot(*this), "");
}

std::string table::markdown() const {
    labels const names(rows);
    std::string result = head(*this) + "\n\n|";
    for (auto const* title : titles) result += std::string(" ") + title + " |";
    result += "\n|---|---|---:|---:|---:|---:|---:|---:|---|---|---:|---:|---:|\n";
    for (auto const& row : rows) {
        result += "|";
        for (auto const& cell : cells_of(row, names)) result += " " + cell + " |";
        result += "\n";
    }
    return result + "\n" + joined(names.legend, "- ") + joined(foot(*this), "- ");
}

std::string table::csv() const {
    std::string result;
    for (auto const& [key, value] : fields_of({})) result += (result.empty() ? "" : ",") + std::string(key);
    for (auto const& row : rows) {
        std::string line;
        for (auto const& [key, value] : fields_of(row)) line += (line.empty() ? "" : ",") + csv_field(value, row, key);
        result += "\n" + line;
    }
    return result + "\n";
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
