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

/// MME: two questions about each picture, one to be affirmed, in ten subtasks of perception and four of cognition.
///
/// questions: SUB/NAME.txt beside SUB/NAME.jpg (or .png), or SUB/questions_answers_YN/NAME.txt and SUB/images/NAME.jpg; two lines
/// "question<TAB>Yes|No" each; a subtask without a folder is left out, and a note says how many there are
///
/// answers: .results/SUB.txt, a line "picture<TAB>question<TAB>Yes|No<TAB>answer" each, a picture's two lines together
///
/// an answer is yes if its first four characters hold "yes", else no if they hold "no" ("know" does), else wrong;
/// acc = right / questions;  acc+ = pictures with both right / pictures;  score = 100 acc + 100 acc+;  perception, cognition = sum of scores
///
/// shape   a folder; answers of other programs are joined by picture and question
/// units   acc, acc+ as shares; scores up to 200 a subtask
/// errors  llava::io::error (bad_data) naming file and line; no_input if a folder or a picture's file is missing
/// source  MME arXiv:2306.13394, eval_tool/calculation.py; LLaVA, llava_mme.jsonl for its preset
class mme : public benchmark {
  public:
    static constexpr std::string_view name = "mme";
    static constexpr int longest_answer = 32;

    explicit mme(std::filesystem::path folder, reading const& how = {});

    std::filesystem::path images() const override { return folder_; }
    std::vector<std::string> read_answers(std::filesystem::path const& folder,
                                          std::size_t wanted = every) const override;
    std::vector<result_file> files(std::span<std::string const> answers, std::string_view model_id) const override;
    std::vector<std::string_view> rules() const override;
    result score(std::span<std::string const> answers, std::string_view rule) const override;

  private:
    struct subtask {
        std::string name;
        std::size_t begin = 0;   // of its questions
        std::size_t end = 0;
    };
    void read_subtask(std::string const& sub, reading const& how);

    std::filesystem::path folder_;
    std::vector<subtask> subtasks_;
};

}   // namespace evaluation
