// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace llava {

/// Buffers of one decoding, kept between layers and steps so that nothing is allocated once they have grown.
struct scratch {
    bool materialized = false;          // attention with its pattern in memory, to compare with
    std::vector<std::byte> workspace;   // of streaming attention
    std::vector<float> state, normed, query, key, value, z, projected, gate, up, pattern;
};

/// `memory` resized to `count` floats.
inline std::vector<float>& sized(std::vector<float>& memory, std::int64_t count) {
    memory.resize(static_cast<std::size_t>(count));
    return memory;
}

/// to += from, element by element.
inline void add(std::vector<float> const& from, float* to) noexcept {
    for (float const value : from) { *to++ += value; }
}

}   // namespace llava
