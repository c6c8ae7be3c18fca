// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

#include <causalmm/decode/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// One forward pass per branch: what the published code pays, and the form every other schedule is compared with.
///
/// shape   any number of branches
/// units   none
/// errors  those of the engine, at the first branch that fails
/// source  CausalMM arXiv:2410.04780
struct sequential {
    static constexpr std::string_view name = "sequential";

    template <engine Engine>
    status forward(Engine& engine, std::span<branch<typename Engine::cache_type>* const> branches) const noexcept {
        for (auto* const& each : branches) {
            if (status s = engine.forward(std::span{&each, 1}); !s) { return s; }
        }
        return {};
    }
    constexpr bool waits(contrast_counts const& /*so_far*/) const noexcept { return false; }
};

}   // namespace causalmm::decode
