// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <causalmm/core/finite.hpp>
#include <causalmm/decode/branch.hpp>
#include <causalmm/decode/concepts.hpp>

#include "support/candidates.hpp"
#include "support/fake_engine.hpp"

namespace support {

/// What a scripted branch keeps: how much it has read.
struct place_in_script {
    explicit place_in_script(std::size_t its_row) : which{its_row} {}
    place_in_script(place_in_script&&) = default;
    place_in_script& operator=(place_in_script&&) = default;

    std::size_t which;
    std::size_t pending = 0;
    std::size_t read = 0;
    int forwards = 0;
};

/// An engine whose row after t tokens is written down beforehand, whatever the tokens are. It allocates nothing.
class scripted_engine {
  public:
    using cache_type = place_in_script;
    using branch_type = causalmm::decode::branch<place_in_script>;
    using script = std::vector<std::vector<float>>;   // (time, vocabulary)

    /// One script a branch; all of the same size.
    explicit scripted_engine(std::vector<script> scripts) : scripts_{std::move(scripts)} {}

    index_t vocabulary() const noexcept { return static_cast<index_t>(scripts_[0][0].size()); }
    status append(branch_type& one, std::span<token const> tokens) noexcept {
        one.cache().pending += tokens.size();
        return {};
    }
    status forward(std::span<branch_type* const> several) noexcept {
        ++forwards;
        for (branch_type* const each : several) {
            place_in_script& its = each->cache();
            if (its.pending == 0) { continue; }
            its.read += its.pending;
            its.pending = 0;
            ++its.forwards;
        }
        return {};
    }
    std::span<float const> logits(branch_type const& one) const noexcept {
        return scripts_[one.cache().which][one.cache().read - 1];
    }

    int forwards = 0;

  private:
    std::vector<script> scripts_;
};

/// Uniform numbers from a counter.
class numbers {
  public:
    explicit numbers(std::uint64_t seed) : state_{mixed(seed + 1)} {}
    std::uint64_t below(std::uint64_t end) { return mixed(++state_) % end; }
    float between(float low, float high) {
        return low + (high - low) * static_cast<float>(mixed(++state_) >> 40) * 0x1p-24f;
    }

  private:
    std::uint64_t state_;
};

/// A factual row that is hard to cut: ties with the maximum and with the cutoff, one ulp from both, forbidden and hopeless tokens.
inline std::vector<float> adversarial_row(std::size_t vocabulary, float epsilon, numbers& random) {
    float const top = random.between(-20.0f, 20.0f);
    float const cutoff = epsilon > 0.0f ? top + std::log(epsilon) : -1000.0f;
    float const crowded = random.between(0.0f, 1.0f);   // the share of tokens near the cutoff
    std::vector<float> row(vocabulary);
    for (float& each : row) {
        bool const near = random.between(0.0f, 1.0f) < crowded * crowded;
        switch (near ? random.below(5) : 5 + random.below(3)) {
            case 0: each = top; break;
            case 1: each = cutoff; break;
            case 2: each = std::nextafter(cutoff, -infinity); break;
            case 3: each = std::nextafter(cutoff, infinity); break;
            case 4: each = std::nextafter(top, -infinity); break;
            case 5: each = causalmm::minus_infinity(); break;
            case 6: each = cutoff - random.between(0.0f, 9.0f); break;
            default: each = -3.0e38f; break;
        }
        each = std::min(each, top);
    }
    row[random.below(vocabulary)] = top;
    return row;
}

}   // namespace support
