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

/// AMBER, the discriminative part: existence, attributes (state, number, action) and relations, to be affirmed or denied.
///
/// questions: an array of {"id", "image", "query"}; annotations.json beside it or in the folder above, an array whose entry id - 1 has
/// {"id", "type", "truth": "yes" or "no"}
///
/// answers: .amber.json, an array of {"id", "response"}, the response "Yes" or "No" where the answer's words say so
///
/// The positive class is "no". Every denominator begins at .001, every measure is rounded to a tenth of a percent, and F1 is
/// 2 P R / (P + R + .0001) of the rounded P and R (.001 for existence).
///
/// shape   one object a question
/// units   shares, rounded
/// errors  llava::io::error (bad_data) naming file and field, also for a generative question (those are scored by noun similarity, not
///         here); no_input if a file cannot be read
/// source  AMBER arXiv:2311.07397, inference.py and data/metrics.txt
class amber : public benchmark {
  public:
    static constexpr std::string_view name = "amber";
    static constexpr int longest_answer = 32;

    explicit amber(std::filesystem::path const& file, reading const& how = {});

    std::vector<std::string> read_answers(std::filesystem::path const& file, std::size_t wanted = every) const override;
    std::vector<result_file> files(std::span<std::string const> answers, std::string_view model_id) const override;
    std::vector<std::string_view> rules() const override;   // the official scorer takes bare words only
    result score(std::span<std::string const> answers, std::string_view rule) const override;

  private:
    enum class dimension { state, number, action, existence, relation };
    std::vector<dimension> dimensions_;   // of each question
};

}   // namespace evaluation
