// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include <causalmm/core/config.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// One line of decoding and the only owner of its key/value cache.
///
/// The cache is held by value and cannot be copied, so no program that compiles runs two branches on one cache.
///
/// shape   one sequence
/// units   none
/// errors  none
/// source  the published CausalMM code hands both branches the factual cache, so its contrast ends after the first token
template <std::movable Cache>
class branch {
    static_assert(!std::is_copy_constructible_v<Cache> && !std::is_copy_assignable_v<Cache>,
                  "branch: a key/value cache must be move-only, or two branches could share one");

  public:
    explicit branch(Cache&& cache) noexcept : cache_{std::move(cache)} {}

    Cache& cache() noexcept { return cache_; }
    Cache const& cache() const noexcept { return cache_; }

  private:
    Cache cache_;
};

}   // namespace causalmm::decode
