// SPDX-License-Identifier: MIT
// expect: plausibility_policy
#include <string_view>

#include <causalmm/plausibility/concepts.hpp>

struct likely {
    static constexpr std::string_view name = "likely";
    constexpr causalmm::status check() const noexcept { return {}; }
#if defined(CAUSALMM_MUST_FAIL)
    constexpr bool keeps(float logit, float top) const noexcept { return logit >= top - 1.0f; }
#else
    constexpr float cutoff(float top) const noexcept { return top - 1.0f; }
#endif
};

template <causalmm::plausibility::plausibility_policy Policy>
constexpr bool accepts(Policy const&) {
    return true;
}
static_assert(accepts(likely{}));
