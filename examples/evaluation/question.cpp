// SPDX-License-Identifier: MIT
#include <evaluation/question.hpp>

#include <utility>

#include <evaluation/json_file.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

std::string image_name(llava::io::json_field const& field) {
    std::string const& image = field.text(4096);
    if (image.empty()) field.fail("is empty");
    if (image.find('\0') != std::string::npos) field.fail("holds a NUL byte");
    return image;
}

question asked_in(llava::io::json_field const& object, std::int64_t id, std::string image, std::string const& text,
                  truth kind) {
    return {.id = id, .image = std::move(image), .text = text, .prompt = text, .where = place_of(object), .kind = kind};
}

std::int64_t unique_ids::take(llava::io::json_field const& field) {
    auto const id = field.integer(lowest_);
    auto const [seen, is_new] = places_.try_emplace(id, place_of(field));
    if (!is_new) field.fail(std::to_string(id) + " was already given in " + seen->second);
    return id;
}

void require_questions(std::vector<question> const& questions, std::filesystem::path const& file) {
    if (!questions.empty()) return;
    throw llava::io::error(llava::io::exit_code::bad_data, file.native(), "", "holds no questions");
}

}   // namespace evaluation
