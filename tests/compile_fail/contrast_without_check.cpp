// SPDX-License-Identifier: MIT
// expect: contrast_policy
#include <cstddef>
#include <span>
#include <string_view>

#include <causalmm/contrast/concepts.hpp>

struct factual_only {
    static constexpr std::string_view name = "factual_only";
    static constexpr std::size_t branches = 0;
#if !defined(CAUSALMM_MUST_FAIL)
    constexpr causalmm::status check() const noexcept { return {}; }
#endif
    constexpr bool reads(std::size_t) const noexcept { return false; }
    constexpr float contrast(float factual, std::span<float const>) const noexcept { return factual; }
};

template <causalmm::contrast::contrast_policy Policy>
constexpr bool accepts(Policy const&) {
    return true;
}
static_assert(accepts(factual_only{}));
