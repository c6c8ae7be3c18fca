// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <llava/io/image.hpp>
#include <llava/method.hpp>
#include <llava/model.hpp>
#include <llava/scratch.hpp>

namespace llava {

/// One picture's embeddings, (image rows, text hidden), as the branches of a method see it.
///
/// The vision tower runs when a view is asked for: for factual(), and for counterfactual() after it, as often as wanted, from the
/// first layer that differs.
class views {
  public:
    /// Model and method must stay where they are.
    views(model const& with, method const& by, io::image picture);

    std::vector<float> factual(scratch& memory);

    /// Whether there is another view: not if the method leaves the picture alone or its gamma is 0.
    bool differ() const noexcept { return by_.contrasts() && (by_.vision || by_.what != method::kind::causalmm); }
    std::vector<float> counterfactual(std::uint64_t seed, std::uint64_t sample, scratch& memory);
    /// Whether counterfactual() is the same for every seed and sample.
    bool samples_alike() const noexcept;

    /// Layers of the vision tower that have run.
    std::int64_t layers_run() const noexcept { return layers_run_; }

  private:
    void run(std::vector<float>& state, std::int64_t first, std::int64_t last, pass const& call);

    model const& with_;
    method const& by_;
    io::image picture_;
    std::vector<float> pixels_;   // for the method that blurs them
    std::int64_t fork_ = 0;       // the first layer that the method's edit can change
    std::int64_t layers_run_ = 0;
    // (tokens, hidden): as it enters that layer; for the published gate, as it leaves the tower
    std::vector<float> state_;
    std::vector<float> query_, key_;   // for the published gate: the last layer's
};

}   // namespace llava
