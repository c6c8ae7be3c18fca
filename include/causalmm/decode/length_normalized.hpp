// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <string_view>

#include <causalmm/core/finite.hpp>
#include <causalmm/decode/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// Ranks hypotheses by their probability a token, so that a short answer does not win by being short.
///
/// score = sum_t log p(text[t]) / length^alpha
///
/// shape   the end token counts; beams that are not finished are of one length, so only finished ones move
/// units   alpha = 0 is log_likelihood, 1 the mean
/// errors  bad_parameter: alpha is not finite
/// source  length_penalty of Hugging Face transformers; Wu et al., arXiv:1609.08144, with another function of the length
struct length_normalized {
    static constexpr std::string_view name = "length_normalized";

    float alpha = 1.0f;

    constexpr status check() const noexcept {
        if (!is_finite(alpha)) { return {errc::bad_parameter, "length_normalized: alpha is not finite"}; }
        return {};
    }
    template <class Beam>
    double score(Beam const& beam, token /*next*/, double log_prob) const noexcept {
        double const length = static_cast<double>(beam.text.size() + 1);
        return (beam.log_likelihood + log_prob) / std::pow(length, static_cast<double>(alpha));
    }
};

}   // namespace causalmm::decode
