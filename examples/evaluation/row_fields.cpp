// SPDX-License-Identifier: MIT
#include <evaluation/row_fields.hpp>

#include <optional>

#include <evaluation/json_text.hpp>

namespace evaluation {

namespace {

std::string json_optional(std::optional<double> value) { return value ? json_number(*value) : "null"; }

std::string json_interval(difference_interval const& of) {
    std::string text = "[";
    text.append(json_number(of.mean)).append(", ").append(json_number(of.low)).append(", ");
    return text.append(json_number(of.high)).append("]");
}

}   // namespace

std::vector<field> fields_of(comparison const& row) {
    auto const count = [](auto number) { return std::to_string(number); };
    auto const of_yes_no = [&](double value) { return row.is_yes_no ? json_number(value) : "null"; };
    return {{"split", json_string(row.split)},
            {"method", json_string(row.method)},
            {"rule", json_string(row.rule)},
            {"questions", count(row.questions)},
            {"accuracy", json_number(row.measures.accuracy)},
            {"accuracy_interval", json_interval(row.accuracy), true},
            {"precision", of_yes_no(row.measures.precision)},
            {"recall", of_yes_no(row.measures.recall)},
            {"f1", of_yes_no(row.measures.f1)},
            {"yes_rate", of_yes_no(row.measures.yes_rate)},
            {"auc", row.area_under_curve ? json_number(row.area_under_curve->mean) : "null"},
            {"auc_interval", row.area_under_curve ? json_interval(*row.area_under_curve) : "null", true},
            {"false_yes_at_baseline_recall", json_optional(row.false_yes)},
            {"difference", json_interval(row.difference), true},
            {"difference_to_bias", row.to_bias ? json_interval(*row.to_bias) : "null", true},
            {"only_method_right", count(row.paired.only_ours)},
            {"only_baseline_right", count(row.paired.only_theirs)},
            {"mcnemar_p", json_number(row.paired.p)},
            {"verdict", json_string(verdict_of(row))},
            {"seconds_per_answer", json_optional(row.seconds)},
            {"cost", json_optional(row.cost)},
            {"contrasts_skipped", json_optional(row.skipped)},
            {"answers_without_contrast", json_optional(row.all_skipped)},
            {"same_as_baseline", count(row.same)},
            {"empty", count(row.degenerate.empty)},
            {"repeated", count(row.degenerate.repeated)},
            {"over_long", count(row.degenerate.over_long)},
            {"unparseable", count(row.degenerate.unparseable)},
            {"degenerate", count(row.degenerate.any)}};
}

std::string csv_key(field const& of) {
    return of.is_interval ? of.key + "," + of.key + "_low," + of.key + "_high" : of.key;
}

std::string csv_value(field const& of) {
    if (of.value == "null") return of.is_interval ? ",," : "";
    std::string text;
    bool const is_text = of.value.starts_with('"');
    for (std::size_t i = 0; i < of.value.size(); ++i) {
        char const c = of.value[i];
        bool const escaped = is_text && c == '\\' && i + 1 < of.value.size();   // RFC 4180 doubles a quote
        if (escaped && of.value[i + 1] == '"') {
            text += "\"\"";
            ++i;
        } else if (!of.is_interval || (c != '[' && c != ']' && c != ' ')) {
            text += c;
        }
    }
    return text;
}

}   // namespace evaluation
