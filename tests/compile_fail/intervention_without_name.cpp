// SPDX-License-Identifier: MIT
// expect: intervention_policy
#include <string_view>

#include <causalmm/intervention/concepts.hpp>

namespace intervention = causalmm::intervention;

struct halved {
#if !defined(CAUSALMM_MUST_FAIL)
    static constexpr std::string_view name = "halved";
#endif
    constexpr causalmm::status check() const noexcept { return {}; }
    constexpr intervention::affine_weight affine(causalmm::row_stats const&) const noexcept { return {0.0f, 0.5f}; }
};

template <intervention::intervention_policy Policy>
constexpr bool accepts(Policy const&) {
    return true;
}
static_assert(accepts(halved{}));
