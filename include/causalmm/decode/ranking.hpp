// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include <causalmm/core/config.hpp>
#include <causalmm/decode/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// A token behind a beam's text; no_token leaves the beam as it is.
///
/// shape   `parent` is the beam's place
/// units   natural logarithms
/// errors  none
/// source  none
struct continuation {
    std::size_t parent = 0;
    token next = sampling::no_token;
    double log_likelihood = 0.0;
    double score = 0.0;
};

/// The best few of all continuations that are offered, in descending order of score; among equals the first offered goes first.
///
/// shape   at most `Most`
/// units   none
/// errors  none: scores are finite
/// source  insertion sort: of a whole vocabulary, all but a few are refused at the first comparison
template <std::size_t Most>
class ranking {
  public:
    /// Empty, for the `width` best.
    constexpr explicit ranking(std::size_t width) noexcept : width_{width} { CAUSALMM_ASSERT(width <= Most); }

    constexpr void offer(continuation const& one) noexcept {
        std::size_t at = count_;
        while (at > 0 && one.score > best_[at - 1].score) { --at; }
        if (at == width_) { return; }
        count_ = count_ < width_ ? count_ + 1 : count_;
        std::copy_backward(best_.data() + at, best_.data() + count_ - 1, best_.data() + count_);
        best_[at] = one;
    }
    constexpr std::span<continuation const> best() const noexcept { return std::span{best_}.first(count_); }

  private:
    std::array<continuation, Most> best_{};
    std::size_t width_;
    std::size_t count_ = 0;
};

}   // namespace causalmm::decode
