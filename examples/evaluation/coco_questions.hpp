// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

namespace evaluation {

/// What `causalmm-eval coco` is told.
///
/// shape   one file of each kind, or several: CHAIR takes those of val2014 and train2014
/// units   none
/// errors  none
/// source  command line
struct coco_options {
    std::vector<std::filesystem::path> instances;
    std::vector<std::filesystem::path> captions;
    std::optional<std::filesystem::path> pictures;   // one {"image_id"} a line: these alone, in this order
    std::filesystem::path out;
};

/// Writes the question file of chair from COCO's annotations: every picture with the classes of its instances and its captions, whose
/// objects the benchmark adds.
///
/// {"image_id", "image", "objects": [class, ...], "captions": [text, ...]} a line, by image_id unless a file says which and in what order
///
/// shape   one line a picture; prints how many pictures, classes and captions there were
/// units   none
/// errors  llava::io::error (bad_data) naming file and field: a picture without a file name or whose id is negative, a picture or
///         class of two names, an annotation of a picture or a class that is not
///         there, a picture without captions; nothing is written then. no_input, cannot_create, io_error
/// source  CHAIR arXiv:1809.02156: ground truth is the union of both kinds of annotation
int write_coco_questions(coco_options const& options);

}   // namespace evaluation
