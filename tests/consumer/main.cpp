// SPDX-License-Identifier: MIT
// A program that uses the library from two translation units; what it prints is worked out in cmake/consumer.cmake.
#include <array>
#include <cstdio>

#include "library.hpp"

int chosen_token();

int main() {
    std::array<float, 4> pattern{0.75f, 0.25f, 0.5f, 0.5f};   // (batch 1, head 1, query 2, key 2)
    causalmm::tensor_view<float, 4> const maps{pattern.data(), {1, 1, 2, 2}};
    causalmm::attention::edit<causalmm::intervention::reversed> const reversed{};
    causalmm::status const done = causalmm::attention::intervene(causalmm::backend::threads{}, reversed, maps,
                                                                 causalmm::visibility::bidirectional{});
    if (!done) { return 1; }
    for (float const w : pattern) { std::printf("%.2f ", static_cast<double>(w)); }
    std::printf("token %d\n", chosen_token());
}
