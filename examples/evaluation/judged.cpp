// SPDX-License-Identifier: MIT
#include <evaluation/judged.hpp>

#include <algorithm>

#include <evaluation/answers.hpp>
#include <evaluation/json_file.hpp>
#include <evaluation/jsonl.hpp>
#include <evaluation/rules/verdict.hpp>
#include <evaluation/singular.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

using llava::io::json_field;

result judged::score(std::span<std::string const> answers, std::string_view rule) const {
    result found{
        .rule = std::string(rule),
        .columns = {{"words", "words", false}},
        .notes = {"answers are judged elsewhere: causalmm-eval judge writes the requests and reads the replies"}};
    double words = 0;
    for (auto const& answer : answers) {
        auto const count = words_of(answer).size();
        words += static_cast<double>(count);
        found.unparseable += count == 0 ? 1 : 0;
        found.right.push_back(count > 0);
    }
    double const mean = answers.empty() ? 0 : words / static_cast<double>(answers.size());
    found.rows.push_back({.group = "all", .values = {mean}});
    return found;
}

llava_bench::llava_bench(std::filesystem::path const& file, reading const& /*how*/) {
    unique_ids ids;
    read_rows(file, [&](json_field const& object) {
        auto const id = ids.take(object.at("question_id"));
        auto const& text = object.at("text").text();
        questions_.push_back(asked_in(object, id, image_name(object.at("image")), text, truth::text));
    });
    require_questions(questions_, file);
}

std::vector<std::string> llava_bench::read_answers(std::filesystem::path const& file, std::size_t wanted) const {
    return read_kept_answers(questions_, file, std::min(wanted, questions_.size()));
}

std::vector<result_file> llava_bench::files(std::span<std::string const> answers, std::string_view model_id) const {
    std::string lines;
    for (std::size_t i = 0; i < answers.size(); ++i) lines += llava_answer_line(questions_[i], answers[i], model_id);
    return {{.name = ".llava.jsonl", .text = lines}};
}

mmhal::mmhal(std::filesystem::path const& file, reading const& /*how*/) : file_(file) {
    auto const document = llava::io::json_document::read(file);
    auto const root = document->root().array();
    for (std::size_t i = 0; i < root.size(); ++i) {
        auto const object = root.at(i);
        auto const source = object.at("image_src");
        auto const image = std::filesystem::path(image_name(source)).filename().native();
        if (image.empty()) source.fail("ends with no file name");
        auto const& text = object.at("question").text();
        questions_.push_back(asked_in(object, static_cast<std::int64_t>(i) + 1, image, text, truth::text));
    }
    require_questions(questions_, file);
}

std::vector<std::string> mmhal::read_answers(std::filesystem::path const& file, std::size_t wanted) const {
    auto const document = llava::io::json_document::read(file);
    auto const root = document->root().array();
    answer_sheet sheet(questions_, file);
    for (std::size_t i = 0; i < std::min(root.size(), wanted); ++i) {
        auto const asked = root.at(i).at("question");
        sheet.put_at(i, asked, root.at(i).at("model_answer").text());
        if (asked.text() != questions_[i].text) asked.fail("is not the question at this place of the question file");
    }
    return std::move(sheet).first(std::min(wanted, questions_.size()));
}

std::vector<result_file> mmhal::files(std::span<std::string const> answers, std::string_view /*model_id*/) const {
    auto array = read_ordered(file_);
    for (std::size_t i = 0; i < answers.size(); ++i) array[i]["model_answer"] = std::string(rules::strip(answers[i]));
    return {{.name = ".mmhal.json", .text = ascii_json(array)}};
}

}   // namespace evaluation
