// SPDX-License-Identifier: MIT
#include <evaluation/question.hpp>

#include <llava/io/error.hpp>

namespace evaluation {

std::string image_name(llava::io::json_field const& field) {
    std::string const& image = field.text(4096);
    if (image.empty()) field.fail("is empty");
    if (image.find('\0') != std::string::npos) field.fail("holds a NUL byte");
    return image;
}

void require_questions(std::vector<question> const& questions, std::filesystem::path const& file) {
    if (!questions.empty()) return;
    throw llava::io::error(llava::io::exit_code::bad_data, file.native(), "", "holds no questions");
}

}   // namespace evaluation
