// SPDX-License-Identifier: MIT
// expect: filter_policy
#include <cstddef>
#include <span>
#include <string_view>

#include <causalmm/sampling/greedy.hpp>
#include <causalmm/sampling/pipeline.hpp>

namespace sampling = causalmm::sampling;

struct no_zero {
    static constexpr std::string_view name = "no_zero";
    constexpr causalmm::status check() const noexcept { return {}; }
#if defined(CAUSALMM_MUST_FAIL)
    constexpr void filter(std::span<sampling::candidate>) const noexcept {}
#else
    constexpr std::size_t filter(std::span<sampling::candidate> candidates) const noexcept { return candidates.size(); }
#endif
};

sampling::pipeline<sampling::greedy, no_zero> const sampler{};
