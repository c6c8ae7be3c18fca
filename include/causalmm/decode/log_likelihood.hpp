// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <causalmm/decode/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// Ranks hypotheses by their probability.
///
/// score = sum_t log p(text[t])
///
/// shape   any beam
/// units   natural logarithm
/// errors  none: the policy has no parameters
/// source  maximum a posteriori decoding; no continuation scores higher, so a best beam that is finished stays the best
struct log_likelihood {
    static constexpr std::string_view name = "log_likelihood";

    constexpr status check() const noexcept { return {}; }
    template <class Beam>
    constexpr double score(Beam const& beam, token /*next*/, double log_prob) const noexcept {
        return beam.log_likelihood + log_prob;
    }
};

}   // namespace causalmm::decode
