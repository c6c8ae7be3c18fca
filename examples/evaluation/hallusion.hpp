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

/// HallusionBench: the same questions about a figure, an edited figure and none.
///
/// questions: an array of {"category": "VD" or "VS", "subcategory", "set_id", "figure_id", "question_id", "question", "gt_answer": "0"
/// or "1", "filename": path or null, ...}
///
/// answers: .HallusionBench_result.json, the same array with "model_prediction" added
///
/// aAcc = right questions;  fAcc = figures with every question right, figure 0 of VS (there is none) left out;
/// qAcc = questions that are right about every figure of their set
///
/// The official scorer asks a language model whether an answer is right; here its words decide, so the numbers are not the published
/// ones. A question without a figure is asked about a black picture. "Uncertain", here an answer that says neither yes nor no, is right about VS without a figure, as in the official scorer.
///
/// shape   one object a question
/// units   shares
/// errors  llava::io::error (bad_data) naming file and field; no_input if the file cannot be read
/// source  HallusionBench arXiv:2310.14566, evaluation.py and utils.py; the word rule as VLMEvalKit
class hallusion : public benchmark {
  public:
    static constexpr std::string_view name = "hallusion";
    static constexpr int longest_answer = 128;

    explicit hallusion(std::filesystem::path const& file, reading const& how = {});

    std::vector<std::string> read_answers(std::filesystem::path const& file, std::size_t wanted = every) const override;
    std::vector<result_file> files(std::span<std::string const> answers, std::string_view model_id) const override;
    std::vector<std::string_view> rules() const override;
    result score(std::span<std::string const> answers, std::string_view rule) const override;

  private:
    struct place {
        bool is_vd = false;
        bool has_figure = false;   // not figure 0 of VS
        std::string figure;        // of all questions about it
        std::string set;           // of all figures that the question is asked of
    };
    std::filesystem::path file_;
    std::vector<place> places_;   // of each question
};

}   // namespace evaluation
