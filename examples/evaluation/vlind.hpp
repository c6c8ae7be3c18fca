// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <llava/io/json.hpp>

#include <evaluation/benchmark.hpp>

namespace evaluation {

/// VLind-Bench: does the picture count, or what is usual? Pictures of what cannot be, and statements about them.
///
/// questions: data.json, an array of {"concept", "context_id", "context", "factual_context", "true_statement", "false_statement",
/// "existent_noun", "non-existent_noun", "best_img_id", "aggregated_human_label_good_images": {picture: votes}}; pictures
/// counterfactual/CONCEPT/ID_CONTEXT/K.jpg and factual/CONCEPT/ID_FACTUALCONTEXT/0.jpg, beside it or in images/. A picture is good with two
/// votes; an instance without a good picture is left out. --style keeps the good pictures 0-3 (photorealistic), 4-7 (illustration) or
/// 8-11 (cartoon).
///
/// Four tests of two statements, the first true and the second false: a commonsense knowledge (factual picture), b visual
/// perception and c commonsense bias (best counterfactual picture, c with the context in words), d language prior (every good picture).
///
/// answers: .data_MID.json, the same array with MID_pred_a1_image, ..., MID_pred_d2 added; MID is the model's name
///
/// S_CK = a / n;  S_VP = b / n;  S_CB = (a and c) / a;  S_LP = mean over (a, b and c) of the mean of d;  CB = c / n;  LP = mean of the mean of d
///
/// shape   6 questions an instance and 2 for each good picture
/// units   shares; 0/0 is 0, as the official scorer has it
/// errors  llava::io::error (bad_data) naming file and field; no_input if the file cannot be read; usage for an unknown style
/// source  VLind-Bench arXiv:2406.08702, eval/gpt4o_eval.py for prompts and output, eval/score_pipeline.py for the scores
class vlind : public benchmark {
  public:
    static constexpr std::string_view name = "vlind";
    static constexpr int longest_answer = 32;

    explicit vlind(std::filesystem::path const& file, reading const& how = {});

    std::filesystem::path images() const override { return images_; }
    std::vector<std::string> read_answers(std::filesystem::path const& file, std::size_t wanted = every) const override;
    std::vector<result_file> files(std::span<std::string const> answers, std::string_view model_id) const override;
    std::vector<std::string_view> rules() const override;
    result score(std::span<std::string const> answers, std::string_view rule) const override;

  private:
    struct instance {
        std::size_t index = 0;               // in the file
        std::size_t first = 0;               // of its questions: a1 a2 b1 b2 c1 c2, then d1 d2 of each good picture
        std::vector<std::string> pictures;   // good ones
        std::size_t end() const { return first + 6 + 2 * pictures.size(); }
    };
    void read_instance(llava::io::json_field const& from, std::size_t index, std::span<std::string const> considered);

    std::filesystem::path file_;
    std::filesystem::path images_;
    std::vector<instance> instances_;
};

}   // namespace evaluation
