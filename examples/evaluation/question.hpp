// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <llava/io/json.hpp>

namespace evaluation {

/// What a right answer to a question is made of.
///
/// shape   yes_or_no and true_or_false have a label; text is judged by the benchmark's own scorer, or by nobody here
/// units   none
/// errors  none
/// source  the benchmarks' scorers
enum class truth { yes_or_no, true_or_false, text };

/// One question, as the benchmarks' readers yield it.
///
/// shape   plain data
/// units   none
/// errors  none
/// source  the benchmarks' question files
struct question {
    std::int64_t id = 0;         // unique in its task
    std::string image = {};      // relative to the task's image folder; empty: there is no picture
    std::string text = {};       // as the question file has it
    std::string prompt = {};     // what the model is asked: the text as a preset words it
    bool label_is_yes = false;   // or True
    std::string where = {};      // file and place in it, for messages: "random.jsonl line 3"
    truth kind = truth::yes_or_no;
};

/// The name of a picture, read from a field.
///
/// shape   not empty, no NUL byte
/// units   at most 4096 bytes
/// errors  llava::io::error (bad_data) naming the field
/// source  reliability.md 2.2
std::string image_name(llava::io::json_field const& field);

/// Refuses a file that holds no questions.
///
/// shape   any number of questions
/// units   none
/// errors  llava::io::error (bad_data)
/// source  reliability.md 2.2
void require_questions(std::vector<question> const& questions, std::filesystem::path const& file);

}   // namespace evaluation
