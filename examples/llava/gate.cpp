// SPDX-License-Identifier: MIT
#include <llava/gate.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include <causalmm/attention/streaming.hpp>
#include <causalmm/core/counter_rng.hpp>
#include <causalmm/core/index_permutation.hpp>
#include <causalmm/core/site.hpp>
#include <causalmm/intervention/identity.hpp>
#include <causalmm/released/sampled_gate.hpp>
#include <causalmm/released/vision_edit.hpp>
#include <causalmm/released/vision_gate.hpp>
#include <causalmm/visibility/bidirectional.hpp>
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

/// What the published code draws at random, looked up entry by entry.
struct draws {
    clip const& tower;
    std::uint64_t seed, sample;

    float uniform(index_t /*batch*/, index_t head, index_t y, index_t x) const noexcept {
        return causalmm::row_draws{seed, vision_site(tower, sample, head, y)}(x);
    }
    index_t source(index_t head, index_t entry) const noexcept {
        return causalmm::index_permutation{seed, vision_site(tower, sample, head, 0),
                                           tower.tokens() * tower.tokens()}(entry);
    }
};

/// Row statistics of a layer's attention, from the queries and keys that the layer left in memory.
struct row_statistics {
    std::vector<float> lse, largest;

    row_statistics(causalmm::attention::inputs<float> const& in, pass const& call)
        : lse(static_cast<std::size_t>(in.heads() * in.queries())), largest(static_cast<std::size_t>(in.heads())) {
        std::vector<float> max_prob(lse.size());
        std::array<index_t, 3> const rows{1, in.heads(), in.queries()};
        scratch& memory = call.memory;
        std::size_t const bytes =
            causalmm::attention::workspace_bytes(causalmm::intervention::identity{}, in, call.pool.size());
        memory.workspace.resize(std::max(memory.workspace.size(), bytes));
        float* const z = sized(memory.z, in.heads() * in.queries() * in.value_dim()).data();
        demand(causalmm::attention::streaming(
            call.pool, in, causalmm::visibility::bidirectional{},
            {.z = split_heads(z, in.heads(), in.queries(), in.value_dim()),
             .statistics = {.max_prob = {max_prob.data(), rows}, .lse = {lse.data(), rows}}},
            memory.workspace));
        for (std::size_t i = 0; i < max_prob.size(); ++i) {
            float& top = largest[i / static_cast<std::size_t>(in.queries())];
            top = std::max(top, max_prob[i]);
        }
    }
};

}   // namespace

std::vector<float> gated_state(clip const& tower, std::vector<float> const& state, std::vector<float> const& query,
                               std::vector<float> const& key, pass const& call, causalmm::released::vision_edit method,
                               std::uint64_t seed) {
    index_t const tokens = tower.tokens(), grid = tower.grid(), hidden = tower.hidden(), heads = tower.heads();
    index_t const head_dim = hidden / heads;
    auto const rows_of = [&](std::vector<float> const& rows) {
        return split_heads<float const>(rows.data(), heads, tokens, head_dim);
    };
    causalmm::attention::inputs<float> const in{.query = rows_of(query),
                                                .key = rows_of(key),
                                                .value = rows_of(key),   // only the rows' statistics are wanted
                                                .scale = 1.0f / std::sqrt(static_cast<float>(head_dim))};
    row_statistics const statistics{in, call};
    causalmm::released::map_source const maps{.query = in.query,
                                              .key = in.key,
                                              .scale = in.scale,
                                              .lse = {statistics.lse.data(), {1, heads, tokens}},
                                              .largest = {statistics.largest.data(), {1, heads}}};
    std::vector<float> gate(static_cast<std::size_t>(grid * grid));
    tensor_view<float, 3> const gate_view{gate.data(), {1, grid, grid}};
    demand(causalmm::released::sampled_gate(method, maps, draws{tower, seed, call.sample}, gate_view));

    std::vector<float> result = state;   // the class token, row 0, is not gated and not used
    tensor_view<float, 3> const patches{result.data() + hidden, {1, grid * grid, hidden}};
    demand(causalmm::released::gated_features(patches, gate_view, patches, causalmm::released::feature_rounding::half));
    return result;
}

}   // namespace llava
