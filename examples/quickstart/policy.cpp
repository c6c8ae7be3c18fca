// SPDX-License-Identifier: MIT
// An intervention of your own: no class to derive from, nothing to register.
#include <array>
#include <cstdio>
#include <span>
#include <string_view>

// [quickstart]
#include <causalmm/causalmm.hpp>

struct without_sink {   // takes the attention away that rests on the first token
    static constexpr std::string_view name = "without_sink";
    constexpr causalmm::status check() const noexcept { return {}; }
    constexpr auto weight(causalmm::row_stats const&, causalmm::site const&) const noexcept {
        return [](causalmm::index_t key, float w) noexcept { return key == 0 ? 0.0f : w; };
    }
};

causalmm::status edit_pattern(std::span<float> pattern) {   // your engine's softmax output, (batch, head, query, key)
    using namespace causalmm;
    attention::edit const edit{intervention::renormalized<without_sink>{},
                               selection::region{.layers = {{8, 24}}},   // layers 8 to 23
                               attention::place{.layer = 9}};            // this call is layer 9
    return attention::intervene(backend::serial{}, edit, adaptor::span(pattern, {1, 1, 3, 3}), visibility::causal{});
}
// [quickstart]

int main() {
    std::array<float, 9> pattern{1.0f, 0.0f, 0.0f, 0.75f, 0.25f, 0.0f, 0.5f, 0.125f, 0.375f};
    if (causalmm::status const s = edit_pattern(pattern); !s) {
        std::fprintf(stderr, "%s\n", s.what);
        return 1;
    }
    for (std::size_t query = 0; query < 3; ++query) {
        std::printf("%.2f %.2f %.2f\n", static_cast<double>(pattern[3 * query]),
                    static_cast<double>(pattern[3 * query + 1]), static_cast<double>(pattern[3 * query + 2]));
    }
}
