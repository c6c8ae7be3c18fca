// SPDX-License-Identifier: MIT
// expect: contrast_policy
#include <cstddef>
#include <span>
#include <string_view>

#include <causalmm/contrast/concepts.hpp>

#if defined(CAUSALMM_MUST_FAIL)
using rows = float;   // one branch is a span of one logit
#else
using rows = std::span<float const>;
#endif

struct doubled {
    static constexpr std::string_view name = "doubled";
    static constexpr std::size_t branches = 1;
    constexpr causalmm::status check() const noexcept { return {}; }
    constexpr bool reads(std::size_t) const noexcept { return true; }
    constexpr float contrast(float factual, rows) const noexcept { return 2.0f * factual; }
};

template <causalmm::contrast::contrast_policy Policy>
constexpr bool accepts(Policy const&) {
    return true;
}
static_assert(accepts(doubled{}));
