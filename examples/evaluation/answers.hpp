// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <llava/io/json.hpp>

#include <evaluation/question.hpp>

namespace evaluation {

/// An answer as it was read back from a file.
///
/// shape   plain data
/// units   none
/// errors  none
/// source  VCD's answer files
struct given_answer {
    std::int64_t id = 0;
    std::string text;
};

/// The line in which the answer to any benchmark's question is kept: VCD's form, without outer white space.
///
/// {"question_id", "prompt", "text", "model_id", "image", "metadata": {}}
///
/// shape   one JSON object, one line
/// units   question_id is an integer >= 0
/// errors  read_answer: llava::io::error (bad_data) naming file, line and field
/// source  VCD and CausalMM, answer files
std::string answer_line(question const& asked, std::string_view text, std::string_view model_id);
given_answer read_answer(llava::io::json_field const& object);

/// The line in LLaVA's form; answer_id, there a random name, is one of the answer, so that equal runs write equal files.
///
/// {"question_id", "prompt", "text", "answer_id", "model_id", "metadata": {}}
///
/// shape   one JSON object, one line
/// units   none
/// errors  none
/// source  LLaVA, llava/eval/model_vqa_loader.py
std::string llava_answer_line(question const& asked, std::string_view text, std::string_view model_id);

/// Places for the answers of one file, one for each question.
///
/// shape   as many as there are questions
/// units   none
/// errors  llava::io::error (bad_data) naming file, place and field: an id that no question has, or that was given before; first: the id
///         of the first question without an answer
/// source  evaluation.md 1.1: joined by id, never by row
class answer_sheet {
  public:
    answer_sheet(std::span<question const> questions, std::filesystem::path const& file);

    void put(llava::io::json_field const& id, std::string text);
    void fill(std::size_t index, std::string text) { texts_[index] = std::move(text); }   // where it fits is known
    void put_at(std::size_t index, llava::io::json_field const& place, std::string text);
    std::vector<std::string> first(std::size_t wanted) &&;

  private:
    std::span<question const> questions_;
    std::filesystem::path const& file_;
    std::unordered_map<std::int64_t, std::size_t> indices_;
    std::vector<std::optional<std::string>> texts_;
    std::vector<std::string> places_;
};

/// The answers to the first questions, kept as answer_line writes them.
///
/// shape   one per wanted question; lines in any order
/// units   none
/// errors  llava::io::error: as answer_sheet and read_answer
/// source  answer_line
std::vector<std::string> read_kept_answers(std::span<question const> questions, std::filesystem::path const& file,
                                           std::size_t wanted);

}   // namespace evaluation
