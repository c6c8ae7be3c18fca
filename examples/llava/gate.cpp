// SPDX-License-Identifier: MIT
#include <llava/gate.hpp>

#include <numeric>
#include <span>
#include <utility>

#include <causalmm/core/counter_rng.hpp>
#include <causalmm/core/site.hpp>
#include <causalmm/released/vision_edit.hpp>
#include <causalmm/released/vision_gate.hpp>
#include <llava/io/error.hpp>

namespace llava {
namespace {

using causalmm::index_t;
using causalmm::tensor_view;

void demand(causalmm::status const& outcome) {
    if (!outcome) { throw io::error{io::exit_code::internal, "", "released", outcome.what}; }
}

causalmm::site vision_site(clip const& tower, std::uint64_t sample, index_t head, index_t query) {
    return {
        .sample = sample, .tower = causalmm::tower::vision, .layer = tower.layers() - 1, .head = head, .query = query};
}

/// A number in [0, 1) for every entry of every map.
std::vector<float> uniform_draws(clip const& tower, std::uint64_t seed, std::uint64_t sample) {
    index_t const tokens = tower.tokens();
    std::vector<float> drawn(static_cast<std::size_t>(tower.heads() * tokens * tokens));
    for (index_t row = 0; row < tower.heads() * tokens; ++row) {
        causalmm::row_draws const draws{seed, vision_site(tower, sample, row / tokens, row % tokens)};
        for (index_t key = 0; key < tokens; ++key) { drawn[static_cast<std::size_t>(row * tokens + key)] = draws(key); }
    }
    return drawn;
}

/// A permutation of a map's entries for every head.
std::vector<index_t> permutations(clip const& tower, std::uint64_t seed, std::uint64_t sample) {
    index_t const entries = tower.tokens() * tower.tokens();
    std::vector<index_t> all(static_cast<std::size_t>(tower.heads() * entries));
    for (index_t head = 0; head < tower.heads(); ++head) {
        std::span<index_t> const one{all.data() + head * entries, static_cast<std::size_t>(entries)};
        std::iota(one.begin(), one.end(), index_t{0});
        causalmm::transpositions swaps{seed, vision_site(tower, sample, head, 0)};
        for (index_t i = 1; i < entries; ++i) {
            std::swap(one[static_cast<std::size_t>(i)], one[static_cast<std::size_t>(swaps(i))]);
        }
    }
    return all;
}

}   // namespace

std::vector<float> gated_state(clip const& tower, std::vector<float> const& state, std::vector<float> const& pattern,
                               causalmm::released::vision_edit method, std::uint64_t seed, std::uint64_t sample) {
    using causalmm::released::vision_edit;
    index_t const tokens = tower.tokens(), grid = tower.grid(), hidden = tower.hidden();
    std::array<index_t, 4> const shape{1, tower.heads(), tokens, tokens};
    std::vector<float> drawn;
    std::vector<index_t> orders;
    if (method == vision_edit::random) { drawn = uniform_draws(tower, seed, sample); }
    if (method == vision_edit::shuffle) { orders = permutations(tower, seed, sample); }

    std::vector<float> edited(pattern.size());
    causalmm::released::vision_draws const draws{.uniform = {drawn.data(), shape}, .permutations = orders};
    demand(causalmm::released::edit_attention(method, tensor_view<float const, 4>{pattern.data(), shape}, draws,
                                              tensor_view<float, 4>{edited.data(), shape}));
    std::vector<float> gate(static_cast<std::size_t>(grid * grid));
    tensor_view<float, 3> const gate_view{gate.data(), {1, grid, grid}};
    demand(causalmm::released::vision_gate(tensor_view<float const, 4>{edited.data(), shape}, gate_view));

    std::vector<float> result = state;   // the class token, row 0, is not gated and not used
    tensor_view<float, 3> const patches{result.data() + hidden, {1, grid * grid, hidden}};
    demand(causalmm::released::gated_features(patches, gate_view, patches, causalmm::released::feature_rounding::half));
    return result;
}

}   // namespace llava
