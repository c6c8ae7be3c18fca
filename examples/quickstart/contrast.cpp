// SPDX-License-Identifier: MIT
// One decoding step in an engine that already has the logits of two branches.
#include <array>
#include <cstdio>

#include <causalmm/causalmm.hpp>

int main() {
    using namespace causalmm;
    std::array<float, 5> const factual{2.0f, 1.9f, -1.0f, 0.5f, -8.0f};
    std::array<float, 5> const counterfactual{2.5f, 0.1f, -1.0f, 0.5f, -30.0f};   // the prior alone prefers token 0

    decode::step<contrast::linear<1>, plausibility::adaptive, sampling::pipeline<sampling::greedy>> const step{
        .contrast = {.gamma = {1.0f}}, .plausibility = {.epsilon = 0.1f}, .sampler = {}};
    std::array<sampling::candidate, 5> scratch;
    auto const token = step(factual, {counterfactual}, sampling::draw{.seed = 1}, scratch);
    if (!token) {
        std::fprintf(stderr, "%s\n", token.status.what);
        return 1;
    }
    std::printf("token %d\n", token.value);   // token 4 gains most, but is implausible; token 1 wins
}
