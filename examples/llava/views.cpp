// SPDX-License-Identifier: MIT
#include <llava/views.hpp>

#include <utility>

#include <llava/diffusion.hpp>
#include <llava/gate.hpp>

namespace llava {

views::views(model const& with, method const& by, std::vector<float> pixels, std::uint64_t seed, std::uint64_t sample,
             scratch& memory)
    : with_{with}, by_{by}, pixels_{std::move(pixels)}, seed_{seed}, sample_{sample}, memory_{memory} {
    if (differ() && by.vision) { fork_ = first_layer(*by.vision, with.vision().layers()); }
}

std::vector<float> views::factual() {
    clip const& tower = with_.vision();
    std::vector<float> state = tower.embed(pixels_, with_.pool());   // (tokens, hidden)
    tower.run(state, 0, fork_, call());
    if (differ() && by_.vision) { state_ = state; }
    tower.run(state, fork_, tower.layers(), call());
    if (differ() && by_.what == method::kind::released) {
        state_ = state;
        query_.swap(memory_.query);
        key_.swap(memory_.key);
    }
    return with_.project(state);
}

std::vector<float> views::counterfactual() const {
    clip const& tower = with_.vision();
    if (by_.what == method::kind::released) {
        return with_.project(gated_state(tower, state_, query_, key_, call(), by_.gate, seed_));
    }
    if (by_.what == method::kind::vcd) {
        std::vector<float> state = tower.embed(diffuse(pixels_, by_.noise, seed_, sample_), with_.pool());
        tower.run(state, 0, tower.layers(), call());
        return with_.project(state);
    }
    edit change = *by_.vision;
    set_seed(change, seed_);
    std::vector<float> state = state_;
    tower.run(state, fork_, tower.layers(), call(&change));
    return with_.project(state);
}

}   // namespace llava
