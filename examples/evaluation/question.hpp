// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
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

/// A question that is asked in the words of its file.
///
/// shape   text and prompt are the same; where is the place of the object
/// units   none
/// errors  none
/// source  the benchmarks' question files
question asked_in(llava::io::json_field const& object, std::int64_t id, std::string image, std::string const& text,
                  truth kind);

/// The ids of one file, each taken once.
///
/// shape   any number of ids
/// units   integers from a lowest one
/// errors  llava::io::error (bad_data) naming the field, and the place in which the id was given before
/// source  evaluation.md 1.1: answers are joined by id
class unique_ids {
  public:
    explicit unique_ids(std::int64_t lowest = 0) : lowest_(lowest) {}
    std::int64_t take(llava::io::json_field const& field);

  private:
    std::int64_t lowest_;
    std::unordered_map<std::int64_t, std::string> places_;
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
