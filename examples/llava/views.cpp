// SPDX-License-Identifier: MIT
#include <llava/views.hpp>

#include <llava/diffusion.hpp>
#include <llava/gate.hpp>

namespace llava {

views look(model const& with, method const& by, std::vector<float> const& pixels, std::uint64_t seed,
           std::uint64_t sample, scratch& memory) {
    clip const& tower = with.vision();
    bool const edits = by.contrasts() && by.vision;
    std::int64_t const fork = edits ? first_layer(*by.vision, tower.layers()) : 0;
    pass const plain{.sample = sample, .pool = with.pool(), .memory = memory};

    std::vector<float> state = tower.embed(pixels, with.pool());   // (tokens, hidden)
    tower.run(state, 0, fork, plain);
    std::vector<float> other = edits ? state : std::vector<float>{};
    tower.run(state, fork, tower.layers(), plain);
    views seen{.factual = with.project(state)};

    if (edits) {
        edit change = *by.vision;
        set_seed(change, seed);
        tower.run(other, fork, tower.layers(),
                  {.change = &change, .sample = sample, .pool = with.pool(), .memory = memory});
        seen.counterfactual = with.project(other);
    } else if (by.contrasts() && by.what == method::kind::vcd) {
        other = tower.embed(diffuse(pixels, by.noise, seed, sample), with.pool());
        tower.run(other, 0, tower.layers(), plain);
        seen.counterfactual = with.project(other);
    } else if (by.contrasts() && by.what == method::kind::released) {
        seen.counterfactual = with.project(gated_state(tower, state, memory, with.pool(), by.gate, seed, sample));
    }
    return seen;
}

}   // namespace llava
