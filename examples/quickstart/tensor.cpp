// SPDX-License-Identifier: MIT
// A tensor type of your own enters by one trait.
#include <cstdio>
#include <vector>

#include <causalmm/causalmm.hpp>

namespace engine {

struct tensor {   // axes as in ggml: key is the fastest, strides in bytes
    std::vector<float> memory;
    long ne[4];
    long nb[4];
};

}   // namespace engine

template <>
struct causalmm::tensor_traits<engine::tensor> {
    static causalmm::tensor_view<float, 4> view(engine::tensor& t) noexcept {
        auto const step = [&t](int axis) { return t.nb[axis] / static_cast<long>(sizeof(float)); };
        return {t.memory.data(), {t.ne[3], t.ne[2], t.ne[1], t.ne[0]}, {step(3), step(2), step(1), step(0)}};
    }
};

int main() {
    using namespace causalmm;
    engine::tensor pattern{.memory = {1.0f, 0.0f, 0.75f, 0.25f}, .ne = {2, 2, 1, 1}, .nb = {4, 8, 16, 16}};
    status const s = attention::intervene(backend::serial{}, attention::edit{intervention::uniform{}}, pattern,
                                          visibility::causal{});
    std::printf("%s%.1f %.1f %.1f %.1f\n", s.what, static_cast<double>(pattern.memory[0]),
                static_cast<double>(pattern.memory[1]), static_cast<double>(pattern.memory[2]),
                static_cast<double>(pattern.memory[3]));
    return s ? 0 : 1;
}
