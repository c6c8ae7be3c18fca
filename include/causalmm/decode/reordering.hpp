// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include <causalmm/core/config.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// Which branches every beam of a step goes on with, so that as few caches are copied as can be.
///
/// The first beam of a parent takes the parent's branches; others of that parent take those of a beam that nobody follows, and are
/// forked. What is left goes to the beams that have no text to go on with.
///
/// shape   parents[i] is the old place of beam i's parent, or nobody; one entry a set of branches
/// units   places
/// errors  none: places are below parents.size()
/// source  beam_idx of reorder_cache in Hugging Face transformers, which copies every cache
template <std::size_t Most>
class reordering {
  public:
    static constexpr std::size_t nobody = static_cast<std::size_t>(-1);

    constexpr explicit reordering(std::span<std::size_t const> parents) noexcept {
        CAUSALMM_ASSERT(parents.size() <= Most);
        place_.fill(nobody);
        std::array<bool, Most> taken{};
        auto const seat = [&](std::size_t i, std::size_t place) {
            taken[place] = true;
            place_[i] = place;
        };
        for (std::size_t i = 0; i < parents.size(); ++i) {
            if (parents[i] != nobody && !taken[parents[i]]) { seat(i, parents[i]); }
        }
        for (bool const forks : {true, false}) {
            for (std::size_t i = 0; i < parents.size(); ++i) {
                if (place_[i] != nobody || (parents[i] != nobody) != forks) { continue; }
                seat(i, static_cast<std::size_t>(std::ranges::find(taken, false) - taken.begin()));
                forked_[i] = forks;
            }
        }
    }

    /// The old place of the branches that beam i gets.
    constexpr std::size_t place(std::size_t i) const noexcept { return place_[i]; }
    /// Whether its parent's text must be forked into them.
    constexpr bool forks(std::size_t i) const noexcept { return forked_[i]; }

  private:
    std::array<std::size_t, Most> place_{};
    std::array<bool, Most> forked_{};
};

}   // namespace causalmm::decode
