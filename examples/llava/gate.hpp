// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <causalmm/released/vision_edit.hpp>
#include <llava/attend.hpp>
#include <llava/clip.hpp>

namespace llava {

/// The published code's counterfactual image: the selected hidden state, (tokens, hidden), its patches scaled by a gate made from
/// the edited attention of the layer before it and rounded to half precision.
///
/// `query` and `key` are that layer's, (tokens, heads, head_dim), as clip::run leaves them; no attention map is built.
std::vector<float> gated_state(clip const& tower, std::vector<float> const& state, std::vector<float> const& query,
                               std::vector<float> const& key, pass const& call, causalmm::released::vision_edit method,
                               std::uint64_t seed);

}   // namespace llava
