// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

#include <causalmm/decode/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// All branches as rows of one forward pass: the weights, which most of a decoding step's time goes to, are read once.
///
/// shape   any number of branches
/// units   none
/// errors  those of the engine
/// source  batched decoding; the rows of a batch are independent
struct batched {
    static constexpr std::string_view name = "batched";

    template <engine Engine>
    status forward(Engine& engine, std::span<branch<typename Engine::cache_type>* const> branches) const noexcept {
        return branches.empty() ? status{} : engine.forward(branches);
    }
    constexpr bool waits(contrast_counts const& /*so_far*/) const noexcept { return false; }
};

}   // namespace causalmm::decode
