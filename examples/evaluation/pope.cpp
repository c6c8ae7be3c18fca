// SPDX-License-Identifier: MIT
#include <evaluation/pope.hpp>

#include <algorithm>
#include <unordered_map>

#include <evaluation/answers.hpp>
#include <evaluation/json_text.hpp>
#include <evaluation/jsonl.hpp>
#include <evaluation/rules/verdict.hpp>
#include <evaluation/scoring.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::json_field;

bool label(json_field const& field) {
    std::string const& text = field.text(64);
    if (text != "yes" && text != "no") field.fail("expected \"yes\" or \"no\", found " + llava::io::quote(text));
    return text == "yes";
}

std::string pope_line(question const& asked, std::string_view text) {
    return "{\"question\": " + json_string(asked.text) + ", \"answer\": " + json_string(rules::strip(text)) + "}\n";
}

}   // namespace

pope::pope(std::filesystem::path const& file, reading const& how) {
    std::unordered_map<std::int64_t, std::size_t> lines;
    read_lines(file, [&](json_field const& object, std::size_t line) {
        auto const id = object.at("question_id");
        auto const text = object.at("text");
        question const next = {.id = id.integer(0),
                               .image = image_name(object.at("image")),
                               .text = text.text(),
                               .prompt = text.text() + std::string(how.words.suffix),
                               .label_is_yes = label(object.at("label")),
                               .where = line_name(file, line)};
        if (next.text.empty()) text.fail("is empty");
        auto const [seen, is_new] = lines.try_emplace(next.id, line);
        if (!is_new) id.fail(std::to_string(next.id) + " was already given in line " + std::to_string(seen->second));
        questions_.push_back(next);
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

result pope::score(std::span<std::string const> answers, std::string_view rule_name) const {
    auto const by = find_rule(rule_name);
    std::span const asked(questions_.data(), answers.size());
    auto const found = score_answers(asked, answers, by);
    auto const& m = found.measures;
    result scores{.rule = std::string(by.name),
                  .columns = {{"accuracy", "accuracy"},
                              {"precision", "precision"},
                              {"recall", "recall"},
                              {"F1", "f1"},
                              {"yes-rate", "yes_rate"}},
                  .rows = {{.group = "all", .values = {m.accuracy, m.precision, m.recall, m.f1, m.yes_rate}}},
                  .right = found.right,
                  .unparseable = found.unparseable,
                  .notes = m.notes,
                  .warnings = {}};
    if (auto warning = rule_disagreement(asked, answers)) scores.warnings.push_back(std::move(*warning));
    return scores;
}

}   // namespace evaluation
