// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace intervene {

/// The functions of the published README by their names, with its arithmetic and its defects: NaN rows, masks applied after
/// normalizing. Those of edit_attention work on whole maps and know no mask, the others on causal rows.
enum class published : std::uint8_t {
    reverse_attention,
    normalize_attention,
    reverse_and_normalize_attention,
    random_attention,
    uniform_attention,
    edit_attention_random,
    edit_attention_uniform,
    edit_attention_reversed,
    edit_attention_shuffle
};

/// Reads one of the names, edit_attention:METHOD for the last four.
///
/// errors  usage
published parse_published(std::string_view text);

/// Applies it in place; what the published code draws from its generator comes from the seed, the layer and the position.
///
/// errors  shape_mismatch: maps of causal rows are square or have a single row
causalmm::status apply(published what, causalmm::tensor_view<float, 4> const& maps, std::uint64_t seed,
                       causalmm::index_t layer);

}   // namespace intervene
