// SPDX-License-Identifier: MIT
#include <evaluation/score.hpp>

#include <cmath>
#include <cstdio>
#include <functional>
#include <unordered_map>

#include <evaluation/console.hpp>
#include <evaluation/json_text.hpp>
#include <evaluation/jsonl.hpp>
#include <evaluation/scoring.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::error;
using llava::io::exit_code;
using llava::io::json_field;

struct join {
    std::filesystem::path const& file;
    std::unordered_map<std::int64_t, std::size_t> places;   // of every question
    std::size_t wanted;                                     // the first of them, to be scored

    // Fills a value for each wanted question; read yields (id, value) of a line.
    template <class Value>
    std::vector<Value> operator()(std::span<question const> questions,
                                  std::function<std::pair<std::int64_t, Value>(json_field const&)> read) {
        std::vector<Value> values(questions.size());
        std::vector<std::size_t> lines(questions.size(), 0);
        read_lines(file, [&](json_field const& object, std::size_t line) {
            auto [id, value] = read(object);
            auto const fail = [&](std::string const& why) {
                throw error(exit_code::bad_data, line_name(file, line), "question_id", std::to_string(id) + why);
            };
            auto const place = places.find(id);
            if (place == places.end()) fail(" is not in the question file");
            auto& seen = lines[place->second];
            if (seen != 0) fail(" was already given in line " + std::to_string(seen));
            seen = line;
            values[place->second] = std::move(value);
        });
        std::size_t missing = 0;
        for (std::size_t i = wanted; i-- > 0;) missing = lines[i] == 0 ? i + 1 : missing;
        if (missing == 0) {
            values.resize(wanted);
            return values;
        }
        throw error(exit_code::bad_data, file.native(), "question_id",
                    std::to_string(questions[missing - 1].id) +
                        " is missing, perhaps others too (--limit N scores the first N questions)");
    }
};

join join_of(std::span<question const> questions, std::filesystem::path const& file, std::size_t wanted) {
    std::unordered_map<std::int64_t, std::size_t> places;
    for (std::size_t i = 0; i < questions.size(); ++i) places.emplace(questions[i].id, i);
    return {.file = file, .places = std::move(places), .wanted = wanted};
}

struct measures {
    scored by_rule;
    std::optional<double> area;
    std::optional<double> false_yes;
};

void print_table(score_options const& options, measures const& m) {
    auto const& s = m.by_rule.measures;
    auto const line = [](char const* name, double value) {
        char text[64];
        std::snprintf(text, sizeof text, "%-12s%6.2f\n", name, 100 * value);
        return std::string(text);
    };
    std::string text = "rule " + options.rule + ", " + std::to_string(m.by_rule.right.size()) + " answers\n";
    text += line("accuracy", s.accuracy) + line("precision", s.precision) + line("recall", s.recall) + line("F1", s.f1);
    text += line("yes-rate", s.yes_rate);
    if (m.area) text += line("AUC", *m.area);
    if (m.false_yes) text += line("false-yes", *m.false_yes);
    text += "unparseable " + std::to_string(m.by_rule.unparseable) + "\n";
    for (auto const& note : s.notes) text += "note: " + note + "\n";
    print(text);
}

void print_json(score_options const& options, measures const& m) {
    auto const& s = m.by_rule.measures;
    auto const optional = [](std::optional<double> value) { return value ? json_number(*value) : std::string("null"); };
    std::string notes;
    for (auto const& note : s.notes) notes += (notes.empty() ? "" : ", ") + json_string(note);
    print("{\"rule\": " + json_string(options.rule) + ", \"answers\": " + std::to_string(m.by_rule.right.size()) +
          ", \"accuracy\": " + json_number(s.accuracy) + ", \"precision\": " + json_number(s.precision) +
          ", \"recall\": " + json_number(s.recall) + ", \"f1\": " + json_number(s.f1) +
          ", \"yes_rate\": " + json_number(s.yes_rate) + ", \"auc\": " + optional(m.area) +
          ", \"false_yes_at_recall\": " + optional(m.false_yes) +
          ", \"unparseable\": " + std::to_string(m.by_rule.unparseable) + ", \"notes\": [" + notes + "]}\n");
}

void add_margins(measures& m, score_options const& options, std::span<question const> questions, std::size_t wanted) {
    auto const values =
        join_of(questions, *options.margins, wanted).operator()<double>(questions, [](json_field const& object) {
            auto const margin = object.find("margin");
            return std::pair(object.at("question_id").integer(), margin ? margin->number() : std::nan(""));
        });
    auto const labelled = with_labels(questions.first(wanted), values);
    m.area = area_under_curve(labelled);
    m.false_yes = false_yes_at_recall(labelled, m.by_rule.measures.recall);
}

}   // namespace

int score(score_options const& options) {
    auto const by = find_rule(options.rule);
    auto const kind = find_benchmark(options.benchmark);
    if (options.format != "table" && options.format != "json") {
        throw error(exit_code::usage, "", "--format",
                    llava::io::quote(options.format) + " is unknown (choices: table, json)");
    }
    auto const questions = kind.read(options.questions);
    auto const wanted = std::min(questions.size(), options.limit);
    auto const answers =
        join_of(questions, options.answers, wanted).operator()<std::string>(questions, [&](json_field const& object) {
            auto answer = kind.read_answer(object);
            return std::pair(answer.id, std::move(answer.text));
        });
    std::span const asked(questions.data(), wanted);
    measures m{.by_rule = score_answers(asked, answers, by), .area = {}, .false_yes = {}};
    if (options.margins) add_margins(m, options, questions, wanted);
    if (auto const warning = rule_disagreement(asked, answers)) say("warning: " + *warning);
    options.format == "json" ? print_json(options, m) : print_table(options, m);
    return 0;
}

}   // namespace evaluation
