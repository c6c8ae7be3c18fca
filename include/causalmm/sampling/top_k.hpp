// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <causalmm/sampling/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::sampling {

/// Keeps the k most likely tokens; 0 keeps all.
///
/// rank_i <= k, equal logits ranked by ascending id
///
/// shape   at least one candidate stays
/// units   none
/// errors  none
/// source  Fan et al., arXiv:1805.04833
struct top_k {
    static constexpr std::string_view name = "top_k";

    std::uint32_t k = 0;

    constexpr status check() const noexcept { return {}; }
    constexpr std::size_t filter(std::span<candidate> candidates) const noexcept {
        if (k == 0 || k >= candidates.size()) { return candidates.size(); }
        auto const better = [](candidate const& a, candidate const& b) {
            return a.logit > b.logit || (a.logit == b.logit && a.id < b.id);
        };
        std::nth_element(candidates.begin(), candidates.begin() + k, candidates.end(), better);
        std::sort(candidates.begin(), candidates.begin() + k, [](auto const& a, auto const& b) { return a.id < b.id; });
        return k;
    }
};

}   // namespace causalmm::sampling
