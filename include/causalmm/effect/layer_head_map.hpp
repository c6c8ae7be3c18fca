// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <span>

#include <causalmm/core/config.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/effect/average.hpp>
#include <causalmm/selection/region.hpp>

namespace causalmm::inline CAUSALMM_ABI::effect {

/// The average causal effect at every layer and head, one at a time: where in the network an answer comes from.
///
/// map(layer, head) = study(where, confined to that layer and that head)
///
/// shape   `map` (layer, head), row-major; `study` is called once for each entry, in this order, with a region and gives
///         result<estimate>; what else `where` says, its tower for one, holds for all
/// units   those of the study
/// errors  shape_mismatch: map does not hold layers * heads estimates; that of the first study that fails, after which the entries
///         from there on keep their values
/// source  the layer and head ablations of CausalMM arXiv:2410.04780, section 4
template <class Study>
status layer_head_map(index_t layers, index_t heads, selection::region where, Study&& study,
                      std::span<estimate> map) noexcept(noexcept(study(where))) {
    static_assert(std::same_as<decltype(study(where)), result<estimate>>,
                  "layer_head_map: the study of a region gives result<estimate>");
    if (layers < 0 || heads < 0 || static_cast<index_t>(map.size()) != layers * heads) {
        return {errc::shape_mismatch, "layer_head_map: the map is not (layer, head)"};
    }
    for (index_t at = 0; at < layers * heads; ++at) {
        index_t const layer = at / heads, head = at % heads;
        where.layers = {{layer, layer + 1}};
        where.heads = {{head, head + 1}};
        auto const found = study(where);
        if (!found) { return found.status; }
        map[static_cast<std::size_t>(at)] = found.value;
    }
    return {};
}

}   // namespace causalmm::effect
