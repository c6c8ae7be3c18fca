// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <llava/method.hpp>
#include <llava/model.hpp>
#include <llava/scratch.hpp>

namespace llava {

/// One picture's embeddings, (image rows, text hidden), as the branches of a method see it.
///
/// The vision tower runs when a view is asked for: factual() once, counterfactual() after it, as often as wanted, from the first
/// layer that differs.
class views {
  public:
    /// All but `pixels` must stay where it is.
    views(model const& with, method const& by, std::vector<float> pixels, std::uint64_t seed, std::uint64_t sample,
          scratch& memory);

    std::vector<float> factual();

    /// Whether there is another view: not if the method leaves the picture alone or its gamma is 0.
    bool differ() const noexcept { return by_.contrasts() && (by_.vision || by_.what != method::kind::causalmm); }
    std::vector<float> counterfactual() const;

  private:
    pass call(edit const* change = nullptr) const noexcept {
        return {.change = change, .sample = sample_, .pool = with_.pool(), .memory = memory_};
    }

    model const& with_;
    method const& by_;
    std::vector<float> pixels_;
    std::uint64_t seed_, sample_;
    scratch& memory_;
    std::int64_t fork_ = 0;   // the first layer that the method's edit can change
    // (tokens, hidden): as it enters that layer; for the published gate, as it leaves the tower
    std::vector<float> state_;
    std::vector<float> query_, key_;   // for the published gate: the last layer's
};

}   // namespace llava
