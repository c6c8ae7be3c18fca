// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <llava/io/json.hpp>

#include <evaluation/question.hpp>

namespace evaluation {

/// POPE: is this object in the picture?
///
/// questions: one {"question_id", "image", "text", "label"} a line, label "yes" or "no"
/// answers:   one {"question_id", "prompt", "text", "model_id", "image", "metadata": {}} a line, in question order
///
/// shape   one JSON object a line
/// units   question_id is an integer >= 0, unique in the file
/// errors  llava::io::error (bad_data) naming file, line and field; no_input if the file cannot be read
/// source  POPE arXiv:2305.10355; answers as VCD and CausalMM write them (prompt without the suffix, text without outer white space)
struct pope {
    static constexpr std::string_view name = "pope";

    static std::vector<question> read(std::filesystem::path const& file);
    static std::string answer_line(question const& asked, std::string_view text, std::string_view model_id);
    static given_answer read_answer(llava::io::json_field const& object);
};

}   // namespace evaluation
