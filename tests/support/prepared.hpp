// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include <causalmm/contrast/concepts.hpp>

/// The rows of one step, for policies that prepare themselves.
namespace support {

template <std::size_t Branches>
struct plain_rows {
    causalmm::index_t now = 0;
    std::vector<float> own{};
    std::array<std::vector<float>, Branches> others{};

    causalmm::index_t step() const noexcept { return now; }
    std::size_t size() const noexcept { return own.size(); }
    float factual(std::size_t i) const noexcept { return own[i]; }
    float counterfactual(std::size_t b, std::size_t i) const noexcept { return others[b][i]; }
};

/// All contrasted logits of a step.
template <class Policy>
std::vector<float> contrasted(Policy const& policy, plain_rows<Policy::branches> const& rows) {
    auto const mix = causalmm::contrast::prepared(policy, rows);
    std::vector<float> result;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::array<float, Policy::branches> others{};
        for (std::size_t b = 0; b < Policy::branches; ++b) { others[b] = rows.others[b][i]; }
        result.push_back(mix(rows.own[i], others));
    }
    return result;
}

}   // namespace support
