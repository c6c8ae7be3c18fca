// SPDX-License-Identifier: MIT
#include <evaluation/pope.hpp>

#include <algorithm>
#include <utility>

#include <evaluation/answers.hpp>
#include <evaluation/json_text.hpp>
#include <evaluation/jsonl.hpp>
#include <evaluation/pope_labels.hpp>
#include <evaluation/rules/verdict.hpp>
#include <evaluation/scoring.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::json_field;

std::string pope_line(question const& asked, std::string_view text) {
    return "{\"question\": " + json_string(asked.text) + ", \"answer\": " + json_string(rules::strip(text)) + "}\n";
}

}   // namespace

pope::pope(std::filesystem::path const& file, reading const& how) {
    unique_ids ids;
    pope_labels labels(file);
    read_rows(file, [&](json_field const& object) {
        auto const id = ids.take(object.at("question_id"));
        auto const text = object.at("text");
        auto next = asked_in(object, id, image_name(object.at("image")), text.text(), truth::yes_or_no);
        if (next.text.empty()) text.fail("is empty");
        // LLaVA's questions end with its sentence already.
        if (!next.text.ends_with(how.words.suffix)) next.prompt += how.words.suffix;
        bool const is_one_of_all = object.find("category") && !object.find("label");
        next.label_is_yes = is_one_of_all ? labels.next(object) : yes_label(object.at("label"));
        if (is_one_of_all) categories_[object.at("category").text()].push_back(questions_.size());
        questions_.push_back(std::move(next));
    });
    require_questions(questions_, file);
}

std::vector<std::string> pope::read_answers(std::filesystem::path const& file, std::size_t wanted) const {
    answer_sheet sheet(questions_, file);
    read_lines(file, [&](json_field const& object, std::size_t line) {
        if (object.find("question_id")) return sheet.put(object.at("question_id"), object.at("text").text());
        auto const asked = object.at("question");
        sheet.put_at(line - 1, asked, object.at("answer").text());
        if (asked.text() != questions_[line - 1].text)
            asked.fail("is not question " + std::to_string(questions_[line - 1].id) + ", " +
                       llava::io::quote(questions_[line - 1].text));
    });
    return std::move(sheet).first(std::min(wanted, questions_.size()));
}

std::vector<result_file> pope::files(std::span<std::string const> answers, std::string_view model_id) const {
    std::vector<result_file> dialects = {{".answers.jsonl", ""}, {".pope.jsonl", ""}, {".llava.jsonl", ""}};
    for (std::size_t i = 0; i < answers.size(); ++i) {
        dialects[0].text += answer_line(questions_[i], answers[i], model_id);
        dialects[1].text += pope_line(questions_[i], answers[i]);
        dialects[2].text += llava_answer_line(questions_[i], answers[i], model_id);
    }
    return dialects;
}

std::vector<std::string_view> pope::rules() const {
    std::vector<std::string_view> names = {rules::words::name};
    rule_list::for_each([&]<class Rule>() {
        if (Rule::name != names[0]) names.push_back(Rule::name);
    });
    return names;
}

namespace {

result::row row_of(std::string group, scores const& m) {
    return {.group = std::move(group), .values = {m.accuracy, m.precision, m.recall, m.f1, m.yes_rate}};
}

}   // namespace

result pope::score(std::span<std::string const> answers, std::string_view rule_name) const {
    auto const by = find_rule(rule_name);
    std::span const asked(questions_.data(), answers.size());
    auto const found = score_answers(asked, answers, by);
    result scores{.rule = std::string(by.name),
                  .columns = {{"accuracy", "accuracy"},
                              {"precision", "precision"},
                              {"recall", "recall"},
                              {"F1", "f1"},
                              {"yes-rate", "yes_rate"}},
                  .rows = {row_of("all", found.measures)},
                  .right = found.right,
                  .unparseable = found.unparseable,
                  .notes = found.measures.notes};
    add_categories(scores, answers, by);
    if (auto warning = rule_disagreement(asked, answers)) scores.warnings.push_back(std::move(*warning));
    return scores;
}

void pope::add_categories(result& to, std::span<std::string const> answers, rule const& by) const {
    double sum = 0, count = 0;
    for (auto const& [category, places] : categories_) {
        std::vector<question> asked;
        std::vector<std::string> given;
        for (auto const place : places) {
            if (place >= answers.size()) break;
            asked.push_back(questions_[place]);
            given.push_back(answers[place]);
        }
        if (given.empty()) continue;
        auto const found = score_answers(asked, given, by).measures;
        to.rows.push_back(row_of(category, found));
        for (auto const& note : found.notes) to.notes.push_back(category + ": " + note);
        sum += found.f1;
        count += 1;
    }
    if (count > 0) to.rows.push_back({.group = "mean", .values = {{}, {}, {}, sum / count, {}}});
}

}   // namespace evaluation
