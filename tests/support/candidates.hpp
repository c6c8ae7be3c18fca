// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include <causalmm/sampling/concepts.hpp>

namespace support {

using causalmm::sampling::candidate;
using causalmm::sampling::token;

// Made from bits: -ffast-math, under which these tests also run, lets a compiler drop the literals.
inline float const quiet_nan = std::bit_cast<float>(0x7fc00000u);
inline float const infinity = std::bit_cast<float>(0x7f800000u);

/// The smallest number of tokens, LLaVA's, Qwen2-VL's, and those around a vector's length.
inline constexpr int vocabularies[] = {1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 1000, 32000, 152064};

/// Tokens 0, 1, 2, ... with these logits.
inline std::vector<candidate> candidates(std::span<float const> logits) {
    std::vector<candidate> result;
    for (float const logit : logits) { result.push_back({static_cast<token>(result.size()), logit}); }
    return result;
}
inline std::vector<candidate> candidates(std::initializer_list<float> logits) {
    return candidates(std::span{logits.begin(), logits.size()});
}

inline std::vector<token> ids(std::span<candidate const> candidates) {
    std::vector<token> result;
    for (candidate const& each : candidates) { result.push_back(each.id); }
    return result;
}
inline std::vector<float> logits(std::span<candidate const> candidates) {
    std::vector<float> result;
    for (candidate const& each : candidates) { result.push_back(each.logit); }
    return result;
}

/// The ids that a filter leaves of these logits.
template <class Filter>
std::vector<token> left_by(Filter const& filter, std::initializer_list<float> logits) {
    auto all = candidates(logits);
    return ids(std::span{all}.first(filter.filter(all)));
}

}   // namespace support
