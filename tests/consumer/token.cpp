// SPDX-License-Identifier: MIT
#include <array>

#include "library.hpp"

int chosen_token() {
    using namespace causalmm;
    std::array<float, 3> const factual{2.0f, 1.9f, -8.0f};
    std::array<float, 3> const counterfactual{2.5f, 0.1f, -30.0f};   // the prior alone prefers token 0
    decode::step<contrast::linear<1>, plausibility::adaptive, sampling::pipeline<sampling::greedy>> const step{
        .contrast = {.gamma = {1.0f}}, .plausibility = {.epsilon = 0.1f}, .sampler = {}};
    std::array<sampling::candidate, 3> scratch;
    auto const token = step(factual, {counterfactual}, sampling::draw{.seed = 1}, scratch);
    return token ? token.value : -1;
}
