// SPDX-License-Identifier: MIT
// Behind an engine's own flash attention: the counterfactual branch without an attention matrix and without a second kernel.
#include <array>
#include <cmath>
#include <cstdio>

#include <causalmm/causalmm.hpp>

namespace {

using causalmm::tensor_view;

/// What the engine's kernel left behind: z and the largest probability of each row, (batch, head, query, ...).
struct flash_attention {
    tensor_view<float const, 4> z;
    tensor_view<float const, 3> max_prob;
    tensor_view<float const, 4> value;   // what it read
};

// [quickstart]
causalmm::status counterfactual(flash_attention const& kernel, tensor_view<float, 4> z) {
    using namespace causalmm;
    attention::edit const edit{intervention::renormalized<intervention::reversed>{}};
    return attention::epilogue(backend::serial{}, edit,
                               attention::kernel_outputs<float>{
                                   .z = kernel.z, .statistics = {.max_prob = kernel.max_prob}, .value = kernel.value},
                               visibility::causal{}, z);
}
// [quickstart]

}   // namespace

int main() {
    // Two causal rows with scores (0) and (0, log 3): weights (1) and (1/4, 3/4).
    std::array<float, 4> const value{1.0f, 0.0f, 0.0f, 1.0f};
    std::array<float, 4> const z{1.0f, 0.0f, 0.25f, 0.75f};
    std::array<float, 2> const max_prob{1.0f, 0.75f};
    std::array<float, 4> other{};
    causalmm::status const s = counterfactual({.z = {z.data(), {1, 1, 2, 2}},
                                               .max_prob = {max_prob.data(), {1, 1, 2}},
                                               .value = {value.data(), {1, 1, 2, 2}}},
                                              {other.data(), {1, 1, 2, 2}});
    std::printf("%s%.2f %.2f | %.2f %.2f\n", s.what, static_cast<double>(other[0]), static_cast<double>(other[1]),
                static_cast<double>(other[2]),
                static_cast<double>(other[3]));   // 1 0 | 1 0: the weaker key now has it all
    bool const right = std::abs(other[2] - 1.0f) < 1e-6f && std::abs(other[3]) < 1e-6f && other[0] == 1.0f;
    return s && right ? 0 : 1;
}
