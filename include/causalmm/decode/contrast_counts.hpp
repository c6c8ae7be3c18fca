// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <causalmm/core/config.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// How many steps of a decoding needed their contrast, and how many could not have been changed by it.
///
/// skipped: one token survived the cut, so it is drawn whatever the counterfactual branches say
///
/// shape   steps of contrasts without strength count as neither
/// units   steps; a function of the text, the same for every schedule
/// errors  none
/// source  the plausibility constraint is taken from the factual row alone
struct contrast_counts {
    std::uint64_t needed = 0;
    std::uint64_t skipped = 0;

    friend constexpr bool operator==(contrast_counts const&, contrast_counts const&) = default;
};

}   // namespace causalmm::decode
