// SPDX-License-Identifier: MIT
#include <array>

#include <causalmm/causalmm.hpp>

int main() {
    std::array<float, 4> pattern{0.75f, 0.25f, 0.5f, 0.5f};   // (batch 1, head 1, query 2, key 2)
    causalmm::tensor_view<float, 4> const maps{pattern.data(), {1, 1, 2, 2}};
    causalmm::attention::edit<causalmm::intervention::uniform> const uniform{};
    causalmm::status const done = causalmm::attention::intervene(causalmm::backend::threads{}, uniform, maps,
                                                                 causalmm::visibility::bidirectional{});
    return done && pattern[0] == pattern[1] ? 0 : 1;
}
