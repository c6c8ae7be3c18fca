// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <evaluation/benchmark.hpp>
#include <evaluation/rules.hpp>

namespace evaluation {

/// POPE: is this object in the picture?
///
/// questions: one {"question_id", "image", "text", "label"} a line or in one array, label "yes" or "no"; CRLF, and a picture that is
/// asked the same question twice, are as published. Or LLaVA's file of all three categories, {"question_id", "image", "text",
/// "category"} a line, with POPE's coco_pope_CATEGORY.json beside it or in coco/: then each category is scored, and the mean of their F1
///
/// answers, in question order, in three dialects:
///   .answers.jsonl  {"question_id", "prompt", "text", "model_id", "image", "metadata": {}}      VCD and CausalMM
///   .pope.jsonl     {"question", "answer"}                                                      POPE
///   .llava.jsonl    {"question_id", "prompt", "text", "answer_id", "model_id", "metadata": {}}  LLaVA
///
/// shape   one JSON object a line; POPE's dialect is joined by row and must repeat each question, the others are joined by id
/// units   question_id is an integer >= 0, unique in the file
/// errors  llava::io::error (bad_data) naming file, line and field; no_input if the file cannot be read
/// source  POPE arXiv:2305.10355, whose files it reads as they are; LLaVA, llava/eval/eval_pope.py for all categories; answers as VCD and CausalMM write them (prompt without the suffix, text without outer white space)
class pope : public benchmark {
  public:
    static constexpr std::string_view name = "pope";
    static constexpr int longest_answer = 32;

    explicit pope(std::filesystem::path const& file, reading const& how = {});

    std::vector<std::string> read_answers(std::filesystem::path const& file, std::size_t wanted = every) const override;
    std::vector<result_file> files(std::span<std::string const> answers, std::string_view model_id) const override;
    std::vector<std::string_view> rules() const override;
    result score(std::span<std::string const> answers, std::string_view rule) const override;

  private:
    void add_categories(result& to, std::span<std::string const> answers, rule const& by) const;

    std::map<std::string, std::vector<std::size_t>> categories_;   // places of their questions
};

}   // namespace evaluation
