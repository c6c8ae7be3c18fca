// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <evaluation/benchmark.hpp>
#include <evaluation/object_table.hpp>

namespace evaluation {

/// CHAIR: which of the objects that a caption names are in the picture?
///
/// questions: one {"image_id", "image", "objects": [name, ...]} a line, besides "captions": [text, ...] whose objects are in the picture too,
/// and "text", the prompt, if it is another than "Please describe this image in detail."; synonyms.txt beside it, if there, holds the
/// classes and their names, else they are COCO's. `causalmm-eval coco` makes the file from COCO's annotations.
///
/// answers: .captions.jsonl, one {"image_id", "caption"} a line; .imgToEval.json, the form of the original program, whose other scores,
/// which it only copies, stand as 0
///
/// CHAIRs = captions that name an absent class / captions;  CHAIRi = mentions of absent classes / mentions;
/// recall = classes present and named / classes present
///
/// shape   one JSON object a line
/// units   shares; 0/0 is 0 with a note
/// errors  llava::io::error (bad_data) naming file, line and field, also for an object that the table does not know; no_input if a file cannot be
///         read
/// source  CHAIR arXiv:1809.02156; recall and the caption lines as in the Python 3 port that later papers use
class chair : public benchmark {
  public:
    static constexpr std::string_view name = "chair";
    static constexpr int longest_answer = 512;

    explicit chair(std::filesystem::path const& file, reading const& how = {});

    std::vector<std::string> read_answers(std::filesystem::path const& file, std::size_t wanted = every) const override;
    std::vector<result_file> files(std::span<std::string const> answers, std::string_view model_id) const override;
    std::vector<std::string_view> rules() const override;
    result score(std::span<std::string const> answers, std::string_view rule) const override;

  private:
    object_table table_;
    std::vector<std::set<std::string>> present_;   // classes in each picture
};

}   // namespace evaluation
