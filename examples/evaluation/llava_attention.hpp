// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <evaluation/answerer.hpp>
#include <evaluation/attention_pair.hpp>
#include <llava/method.hpp>
#include <llava/model.hpp>

namespace evaluation {

/// Where a method's branches look in a picture: attention of the first layer that the method edits, mean over its heads, as it is and as
/// the method's intervention makes it.
///
/// language edit: from the last row of the prompt to the picture's rows;  vision edit alone: from the class token to the patches
///
/// shape   a value for each patch, row by row
/// units   attention mass
/// errors  as llava::factual_patterns. Nothing for a method without an edit, for one that edits scores before the softmax, and for a model
///         whose patches are no square
/// source  llava/patterns.hpp, causalmm::attention::intervene
std::optional<attention_pair> llava_attention(llava::model const& with, llava::method const& by, request const& asked);

}   // namespace evaluation
