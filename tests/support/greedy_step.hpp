// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/decode/step.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/plausibility/none.hpp>
#include <causalmm/sampling/greedy.hpp>
#include <causalmm/sampling/pipeline.hpp>

#include "support/candidates.hpp"

namespace support {

using causalmm::errc;
using causalmm::contrast::linear;
using causalmm::plausibility::adaptive;
using causalmm::plausibility::none;
using causalmm::sampling::no_token;
using tokens = std::vector<token>;
using row = std::vector<float>;

using sampler = causalmm::sampling::pipeline<causalmm::sampling::greedy>;

template <std::size_t Branches, class Plausibility = adaptive>
using greedy_step = causalmm::decode::step<linear<Branches>, Plausibility, sampler>;

/// Logits in [-10, 10) from a linear congruence.
inline row scattered(std::size_t count, std::uint32_t seed) {
    row result;
    for (std::size_t i = 0; i < count; ++i) {
        seed = seed * 1664525u + 1013904223u;
        result.push_back(static_cast<float>(seed >> 8) * 0x1p-24f * 20.0f - 10.0f);
    }
    return result;
}

/// What survivors() gives.
struct outcome {
    causalmm::status status;
    tokens ids{};
    row logits{};   // minus that of the first survivor
};

/// survivors() of these rows.
template <class Step>
outcome survivors(Step const& step, row const& factual, typename Step::rows const& counterfactual) {
    std::vector<candidate> scratch(factual.size());
    auto const kept = step.survivors(factual, counterfactual, scratch);
    if (!kept) { return {kept.status}; }
    scratch.resize(kept.value);
    outcome result{kept.status, support::ids(scratch), support::logits(scratch)};
    for (float& each : result.logits) { each -= scratch[0].logit; }
    return result;
}

/// The token of these rows.
template <class Step>
causalmm::result<token> drawn(Step const& step, row const& factual, typename Step::rows const& counterfactual) {
    std::vector<candidate> scratch(factual.size());
    return step(factual, counterfactual, {}, scratch);
}

/// The call refuses with this code, gives no token, and survivors() says the same.
template <class Step>
bool refuses(Step const& step, row const& factual, typename Step::rows const& counterfactual, errc code) {
    auto const result = drawn(step, factual, counterfactual);
    return result.status == code && result.value == no_token && !std::string_view{result.status.what}.empty() &&
           survivors(step, factual, counterfactual).status == code;
}

}   // namespace support
