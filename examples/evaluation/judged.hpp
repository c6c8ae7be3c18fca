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

/// A benchmark whose answers a judge reads, elsewhere (judge.hpp): what can be said of them here is how long they are.
///
/// shape   right is true for every answer that is not empty
/// units   words
/// errors  none
/// source  LLaVA-Bench, MMHal-Bench
class judged : public benchmark {
  public:
    std::vector<std::string_view> rules() const override { return {"judge"}; }
    result score(std::span<std::string const> answers, std::string_view rule) const override;

  protected:
    judged() = default;
};

/// LLaVA-Bench (In-the-Wild).
///
/// questions: one {"question_id", "image", "text", "category"} a line
/// answers: .llava.jsonl, one {"question_id", "prompt", "text", "answer_id", "model_id", "metadata": {}} a line
///
/// shape   one JSON object a line
/// units   none
/// errors  llava::io::error (bad_data) naming file, line and field; no_input if the file cannot be read
/// source  LLaVA, docs/Evaluation.md and llava/eval/model_vqa.py
class llava_bench : public judged {
  public:
    static constexpr std::string_view name = "llava-bench";
    static constexpr int longest_answer = 1024;

    explicit llava_bench(std::filesystem::path const& file, reading const& how = {});
    std::vector<std::string> read_answers(std::filesystem::path const& file, std::size_t wanted = every) const override;
    std::vector<result_file> files(std::span<std::string const> answers, std::string_view model_id) const override;
};

/// MMHal-Bench.
///
/// questions: an array of {"question", "image_src", ...}; a picture's name is the last part of image_src
/// answers: .mmhal.json, the same array with "model_answer" filled in
///
/// shape   one object a question, numbered from 1
/// units   none
/// errors  llava::io::error (bad_data) naming file and field; no_input if the file cannot be read
/// source  MMHal-Bench arXiv:2309.14525, response_template.json
class mmhal : public judged {
  public:
    static constexpr std::string_view name = "mmhal";
    static constexpr int longest_answer = 1024;

    explicit mmhal(std::filesystem::path const& file, reading const& how = {});
    std::vector<std::string> read_answers(std::filesystem::path const& file, std::size_t wanted = every) const override;
    std::vector<result_file> files(std::span<std::string const> answers, std::string_view model_id) const override;

  private:
    std::filesystem::path file_;
};

}   // namespace evaluation
