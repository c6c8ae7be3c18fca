// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <llava/io/json.hpp>

namespace evaluation {

/// Whether a POPE row's answer is yes.
///
/// shape   one field
/// units   none
/// errors  llava::io::error (bad_data) unless it is "yes" or "no"
/// source  POPE
bool yes_label(llava::io::json_field const& field);

/// The labels of questions that name their category instead: LLaVA asks all of POPE in one file, and takes the labels from POPE's own.
///
/// the n-th question of a category is row n of coco_pope_CATEGORY.json, beside the question file or in coco/
///
/// shape   one label a question, in the order of the file
/// units   none
/// errors  llava::io::error (bad_data) naming the field, if the row is about another picture or another text, or is missing; no_input
///         if a category has no file
/// source  LLaVA, scripts/v1_5/eval/pope.sh and llava/eval/eval_pope.py, which joins by row as well but checks nothing
class pope_labels {
  public:
    explicit pope_labels(std::filesystem::path const& questions) : folder_(questions.parent_path()) {}
    bool next(llava::io::json_field const& asked);

  private:
    struct row {
        std::string image;
        std::string text;
        bool label = false;
    };
    struct sheet {
        std::vector<row> rows;
        std::size_t used = 0;
    };
    sheet& sheet_of(std::string const& category);

    std::filesystem::path folder_;
    std::map<std::string, sheet> sheets_;
};

}   // namespace evaluation
