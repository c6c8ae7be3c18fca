// SPDX-License-Identifier: MIT
// Raw memory in your engine's own order of axes, with padding: extents and strides say where each weight is.
#include <array>
#include <cstdio>
#include <span>

#include <causalmm/causalmm.hpp>

int main() {
    using namespace causalmm;
    std::array<float, 12> memory{0.9f, 0.3f, 0.1f, 0.7f, -1.0f, -1.0f,   // (query, key, head), and room for a third key
                                 0.6f, 0.5f, 0.4f, 0.5f, -1.0f, -1.0f};
    auto const pattern = adaptor::span(std::span{memory}, {1, 2, 2, 2}, {12, 1, 6, 2});   // (batch, head, query, key)
    status const s = attention::intervene(backend::serial{}, attention::edit{intervention::reversed{}}, pattern,
                                          visibility::bidirectional{});
    std::printf("%s%.1f %.1f %.1f %.1f\n", s.what, static_cast<double>(pattern(0, 0, 0, 0)),
                static_cast<double>(pattern(0, 0, 0, 1)), static_cast<double>(pattern(0, 1, 0, 0)),
                static_cast<double>(pattern(0, 1, 0, 1)));
    return s ? 0 : 1;
}
