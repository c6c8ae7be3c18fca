// SPDX-License-Identifier: MIT
#include <array>

#include <causalmm/causalmm.hpp>

int main() {
    std::array<float, 4> pattern{0.75f, 0.25f, 0.5f, 0.5f};   // (query 2, key 2)
    causalmm::attention::edit const uniform{causalmm::intervention::uniform{}};
    causalmm::status const done = causalmm::attention::intervene(causalmm::backend::serial{}, uniform,
                                                                 causalmm::adaptor::span(std::span{pattern}, {2, 2}),
                                                                 causalmm::visibility::bidirectional{});
    return done && pattern[0] == pattern[1] ? 0 : 1;
}
