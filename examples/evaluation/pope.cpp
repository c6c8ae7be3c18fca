// SPDX-License-Identifier: MIT
#include <evaluation/pope.hpp>

#include <limits>
#include <unordered_map>

#include <evaluation/json_text.hpp>
#include <evaluation/jsonl.hpp>
#include <evaluation/rules/verdict.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

constexpr auto largest_id = std::numeric_limits<std::int64_t>::max();

std::string image_name(llava::io::json_field const& field) {
    std::string const& image = field.text(4096);
    if (image.empty()) field.fail("is empty");
    if (image.find('\0') != std::string::npos) field.fail("holds a NUL byte");
    return image;
}

bool label(llava::io::json_field const& field) {
    std::string const& text = field.text(64);
    if (text != "yes" && text != "no") field.fail("expected \"yes\" or \"no\", found " + llava::io::quote(text));
    return text == "yes";
}

}   // namespace

std::vector<question> pope::read(std::filesystem::path const& file) {
    std::vector<question> questions;
    std::unordered_map<std::int64_t, std::size_t> lines;
    read_lines(file, [&](llava::io::json_field const& object, std::size_t line) {
        auto const id = object.at("question_id");
        auto const text = object.at("text");
        question const next = {.id = id.integer(0, largest_id),
                               .image = image_name(object.at("image")),
                               .text = text.text(),
                               .label_is_yes = label(object.at("label")),
                               .line = line};
        if (next.text.empty()) text.fail("is empty");
        auto const [seen, is_new] = lines.try_emplace(next.id, line);
        if (!is_new) id.fail(std::to_string(next.id) + " was already given in line " + std::to_string(seen->second));
        questions.push_back(next);
    });
    if (questions.empty())
        throw llava::io::error(llava::io::exit_code::bad_data, file.native(), "", "holds no questions");
    return questions;
}

std::string pope::answer_line(question const& asked, std::string_view text, std::string_view model_id) {
    std::string line = "{\"question_id\":" + std::to_string(asked.id);
    line += ",\"prompt\":" + json_string(asked.text);
    line += ",\"text\":" + json_string(rules::strip(text));
    line += ",\"model_id\":" + json_string(model_id);
    line += ",\"image\":" + json_string(asked.image);
    return line + ",\"metadata\":{}}\n";
}

given_answer pope::read_answer(llava::io::json_field const& object) {
    return {.id = object.at("question_id").integer(0, largest_id), .text = object.at("text").text()};
}

}   // namespace evaluation
