// SPDX-License-Identifier: MIT
// An engine's CUDA source: a policy inside a kernel, and the processor's side beside it. It is compiled; nothing runs it.
#include <array>
#include <vector>

#include <causalmm/causalmm.hpp>

using namespace causalmm;

// One block a row: w' = max_k w - w.
__global__ void reverse(tensor_view<float, 2> pattern,
                        tensor_view<float const, 1> max_prob) {   // (query, key), (query)
    index_t const query = blockIdx.x;
    auto const edit = intervention::reversed{}.affine({.max_prob = max_prob(query)});
    for (index_t key = threadIdx.x; key < pattern.extent(1); key += blockDim.x) {
        pattern(query, key) = edit.a + edit.b * pattern(query, key);
    }
}

status attend(tensor_view<float const, 4> q, tensor_view<float const, 4> k, tensor_view<float const, 4> v,
              tensor_view<float, 4> z) {
    attention::edit const edit{intervention::renormalized<intervention::reversed>{}};
    attention::inputs<float> const in{.query = q, .key = k, .value = v};
    std::vector<std::byte> workspace(attention::workspace_bytes(edit.policy, in));
    return attention::streaming(backend::serial{}, edit, in, visibility::causal{}, {.z = z}, workspace);
}

int main() {
    std::array<float, 4> pattern{0.75f, 0.25f, 0.5f, 0.5f};   // (query 2, key 2)
    tensor_view<float, 2> const map{pattern.data(), {2, 2}};
    std::array<float, 2> const max_prob{0.75f, 0.5f};
    reverse<<<2, 32>>>(map, {max_prob.data(), {2}});
    attention::edit const edit{intervention::reversed{}};
    return attention::intervene(backend::threads{}, edit, map, visibility::bidirectional{}) ? 0 : 1;
}
