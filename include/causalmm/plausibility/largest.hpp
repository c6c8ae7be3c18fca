// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <causalmm/core/config.hpp>
#include <causalmm/core/finite.hpp>

namespace causalmm::inline CAUSALMM_ABI::plausibility {

/// The largest logits of a row, in descending order, without a copy of the row.
///
/// shape   at most 64, equal ones side by side; -infinity where the row has fewer tokens that are allowed
/// units   logits
/// errors  none: 1 <= count <= capacity is a precondition
/// source  insertion into a sorted list: of V tokens in random order only about count log(V / count) enter it
class largest {
  public:
    static constexpr std::size_t capacity = 64;

    constexpr largest(std::span<float const> row, std::size_t count) noexcept : count_{count} {
        CAUSALMM_ASSERT(count >= 1 && count <= capacity);
        found_.fill(minus_infinity());
        for (float const logit : row) {
            if (logit > found_[count - 1]) { insert(logit); }
        }
    }
    constexpr float operator[](std::size_t rank) const noexcept { return found_[rank]; }
    constexpr std::size_t size() const noexcept { return count_; }

  private:
    constexpr void insert(float logit) noexcept {
        std::size_t at = count_ - 1;
        for (; at > 0 && found_[at - 1] < logit; --at) { found_[at] = found_[at - 1]; }
        found_[at] = logit;
    }

    std::array<float, capacity> found_{};
    std::size_t count_;
};

}   // namespace causalmm::plausibility
