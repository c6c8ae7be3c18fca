// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

#include <causalmm/decode/batched.hpp>
#include <causalmm/decode/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// Runs counterfactual branches only where a contrast can change the token; what they missed stays queued on them and is computed
/// in one pass when a contrast is needed, their prompt with it.
///
/// the counterfactual branches wait  <=>  needed <= ride * (needed + skipped)
///
/// A second pass over the weights costs what the factual pass cost, a row that rides along in it costs the share `ride` of that:
/// so once more than that share of the contrasts was needed, the rows ride. 1 never lets them, 0 does after the first contrast.
///
/// shape   the passes themselves are those of the schedule `inner`
/// units   ride is a share of a pass: about 0.1 where the weights come from memory, near 1 where they stay in a cache
/// errors  those of the engine
/// source  with one survivor of the cut, the token is drawn whatever the contrast is
template <class Inner = batched>
struct lazy {
    static constexpr std::string_view name = "lazy";

    Inner inner{};
    double ride = 0.1;

    template <engine Engine>
    status forward(Engine& engine, std::span<branch<typename Engine::cache_type>* const> branches) const noexcept {
        return inner.forward(engine, branches);
    }
    constexpr bool waits(contrast_counts const& so_far) const noexcept {
        return static_cast<double>(so_far.needed) <= ride * static_cast<double>(so_far.needed + so_far.skipped);
    }
};

}   // namespace causalmm::decode
