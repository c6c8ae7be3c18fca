// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <causalmm/released/vision_edit.hpp>
#include <llava/clip.hpp>
#include <llava/scratch.hpp>
#include <llava/workers.hpp>

namespace llava {

/// The published code's counterfactual image: the selected hidden state, (tokens, hidden), its patches scaled by a gate made from
/// the edited attention of the layer before it and rounded to half precision.
///
/// `memory` holds that layer's queries and keys, as clip::run leaves them; no attention map is built.
std::vector<float> gated_state(clip const& tower, std::vector<float> const& state, scratch& memory, workers const& pool,
                               causalmm::released::vision_edit method, std::uint64_t seed, std::uint64_t sample);

}   // namespace llava
