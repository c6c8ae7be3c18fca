// SPDX-License-Identifier: MIT
#include <llava/views.hpp>

#include <utility>

#include <llava/diffusion.hpp>
#include <llava/edit_traits.hpp>
#include <llava/gate.hpp>
#include <llava/io/preprocess.hpp>

namespace llava {

views::views(model const& with, method const& by, io::image picture)
    : with_{with}, by_{by}, picture_{std::move(picture)} {
    if (differ() && by.vision) { fork_ = first_layer(*by.vision, with.vision().layers()); }
}

std::vector<float> views::factual(scratch& memory) {
    clip const& tower = with_.vision();
    pass const call{.pool = with_.pool(), .memory = memory};
    std::vector<float> pixels = io::pixel_values(picture_, with_.preprocessor());
    std::vector<float> state = tower.embed(pixels, with_.pool());   // (tokens, hidden)
    run(state, 0, fork_, call);
    if (differ() && by_.vision) { state_ = state; }
    run(state, fork_, tower.layers(), call);
    if (differ() && by_.what == method::kind::released) {
        state_ = state;
        query_.swap(memory.query);
        key_.swap(memory.key);
    }
    if (differ() && by_.what == method::kind::vcd) { pixels_.swap(pixels); }
    return with_.project(state);
}

std::vector<float> views::counterfactual(std::uint64_t seed, std::uint64_t sample, scratch& memory) {
    clip const& tower = with_.vision();
    pass call{.sample = sample, .pool = with_.pool(), .memory = memory};
    if (by_.what == method::kind::released) {
        return with_.project(gated_state(tower, state_, query_, key_, call, by_.gate, seed));
    }
    if (by_.what == method::kind::vcd) {
        std::vector<float> state = tower.embed(diffuse(pixels_, by_.noise, seed, sample), with_.pool());
        run(state, 0, tower.layers(), call);
        return with_.project(state);
    }
    edit change = *by_.vision;
    set_seed(change, seed);
    call.change = &change;
    std::vector<float> state = state_;
    run(state, fork_, tower.layers(), call);
    return with_.project(state);
}

bool views::samples_alike() const noexcept {
    using causalmm::released::vision_edit;
    if (by_.what == method::kind::released) {
        return by_.gate == vision_edit::uniform || by_.gate == vision_edit::reversed;
    }
    return by_.vision && edits_samples_alike(*by_.vision);
}

void views::run(std::vector<float>& state, std::int64_t first, std::int64_t last, pass const& call) {
    with_.vision().run(state, first, last, call);
    layers_run_ += last - first;
}

}   // namespace llava
