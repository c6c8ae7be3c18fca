// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <causalmm/released/vision_edit.hpp>
#include <llava/clip.hpp>

namespace llava {

/// The published code's counterfactual image: the selected hidden state, (tokens, hidden), its patches scaled by a gate made from
/// the edited attention of the layer before it and rounded to half precision.
///
/// `pattern` is that layer's, (heads, tokens, tokens), as clip::run leaves it.
std::vector<float> gated_state(clip const& tower, std::vector<float> const& state, std::vector<float> const& pattern,
                               causalmm::released::vision_edit method, std::uint64_t seed, std::uint64_t sample);

}   // namespace llava
