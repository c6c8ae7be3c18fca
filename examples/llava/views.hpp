// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <llava/method.hpp>
#include <llava/model.hpp>
#include <llava/scratch.hpp>

namespace llava {

/// One picture's embeddings, (image rows, text hidden), as the branches of a method see it.
struct views {
    std::vector<float> factual;
    std::optional<std::vector<float>>
        counterfactual{};   // none if the method leaves the picture alone or its gamma is 0
};

/// Runs the vision tower: once for the factual view, and for the counterfactual one from the first layer that differs.
views look(model const& with, method const& by, std::vector<float> const& pixels, std::uint64_t seed,
           std::uint64_t sample, scratch& memory);

}   // namespace llava
