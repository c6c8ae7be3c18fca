// SPDX-License-Identifier: MIT
#include <evaluation/answers.hpp>

#include <limits>
#include <utility>

#include <evaluation/json_file.hpp>
#include <evaluation/json_text.hpp>
#include <evaluation/jsonl.hpp>
#include <evaluation/rules/verdict.hpp>
#include <evaluation/sha256.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

using llava::io::json_field;

std::string answer_line(question const& asked, std::string_view text, std::string_view model_id) {
    std::string line = "{\"question_id\":" + std::to_string(asked.id);
    line += ",\"prompt\":" + json_string(asked.text);
    line += ",\"text\":" + json_string(rules::strip(text));
    line += ",\"model_id\":" + json_string(model_id);
    line += ",\"image\":" + json_string(asked.image);
    return line + ",\"metadata\":{}}\n";
}

given_answer read_answer(json_field const& object) {
    return {.id = object.at("question_id").integer(0), .text = object.at("text").text()};
}

std::string llava_answer_line(question const& asked, std::string_view text, std::string_view model_id) {
    auto const id = std::to_string(asked.id);
    auto const name = sha256().add(model_id).add(id).add(text).hex().substr(0, 22);
    return "{\"question_id\": " + id + ", \"prompt\": " + json_string(asked.prompt) +
           ", \"text\": " + json_string(rules::strip(text)) + ", \"answer_id\": " + json_string(name) +
           ", \"model_id\": " + json_string(model_id) + ", \"metadata\": {}}\n";
}

answer_sheet::answer_sheet(std::span<question const> questions, std::filesystem::path const& file)
    : questions_(questions), file_(file), texts_(questions.size()), places_(questions.size()) {
    indices_.reserve(questions.size());
    for (std::size_t i = 0; i < questions.size(); ++i) indices_.emplace(questions[i].id, i);
}

void answer_sheet::put(json_field const& id, std::string text) {
    auto const found = indices_.find(id.integer(0));
    if (found == indices_.end()) id.fail(std::to_string(id.integer()) + " is not in the question file");
    put_at(found->second, id, std::move(text));
}

void answer_sheet::put_at(std::size_t index, json_field const& place, std::string text) {
    if (index >= questions_.size()) place.fail("there are more answers than questions");
    if (texts_[index]) place.fail(std::to_string(questions_[index].id) + " was already given in " + places_[index]);
    texts_[index] = std::move(text);
    places_[index] = place_of(place);
}

std::vector<std::string> answer_sheet::first(std::size_t wanted) && {
    std::vector<std::string> result;
    result.reserve(wanted);
    for (std::size_t i = 0; i < wanted; ++i) {
        if (texts_[i]) {
            result.push_back(std::move(*texts_[i]));
            continue;
        }
        throw llava::io::error(llava::io::exit_code::bad_data, file_.native(), "question_id",
                               std::to_string(questions_[i].id) +
                                   " is missing, perhaps others too (--limit N scores the first N questions)");
    }
    return result;
}

std::vector<std::string> read_kept_answers(std::span<question const> questions, std::filesystem::path const& file,
                                           std::size_t wanted) {
    answer_sheet sheet(questions, file);
    read_lines(file, [&](json_field const& object, std::size_t) {
        sheet.put(object.at("question_id"), object.at("text").text());
    });
    return std::move(sheet).first(wanted);
}

}   // namespace evaluation
