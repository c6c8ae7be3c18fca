// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <evaluation/benchmark.hpp>

namespace evaluation {

/// POPE: is this object in the picture?
///
/// questions: one {"question_id", "image", "text", "label"} a line, label "yes" or "no"; CRLF, and a picture that is asked the
/// same question twice, are as published
///
/// answers, in question order, in three dialects:
///   .answers.jsonl  {"question_id", "prompt", "text", "model_id", "image", "metadata": {}}      VCD and CausalMM
///   .pope.jsonl     {"question", "answer"}                                                      POPE
///   .llava.jsonl    {"question_id", "prompt", "text", "answer_id", "model_id", "metadata": {}}  LLaVA, for one category
///
/// shape   one JSON object a line; POPE's dialect is joined by row and must repeat each question, the others are joined by id
/// units   question_id is an integer >= 0, unique in the file
/// errors  llava::io::error (bad_data) naming file, line and field; no_input if the file cannot be read
/// source  POPE arXiv:2305.10355; answers as VCD and CausalMM write them (prompt without the suffix, text without outer white space)
class pope : public benchmark {
  public:
    static constexpr std::string_view name = "pope";
    static constexpr int longest_answer = 32;

    explicit pope(std::filesystem::path const& file, reading const& how = {});

    std::vector<std::string> read_answers(std::filesystem::path const& file, std::size_t wanted = every) const override;
    std::vector<result_file> files(std::span<std::string const> answers, std::string_view model_id) const override;
    std::vector<std::string_view> rules() const override;
    result score(std::span<std::string const> answers, std::string_view rule) const override;
};

}   // namespace evaluation
