// SPDX-License-Identifier: MIT
// expect: intervention_policy
#include <string_view>

#include <causalmm/intervention/concepts.hpp>

namespace intervention = causalmm::intervention;

#if defined(CAUSALMM_MUST_FAIL)
using weight = float;
#else
using weight = intervention::affine_weight;
#endif

struct halved {
    static constexpr std::string_view name = "halved";
    constexpr causalmm::status check() const noexcept { return {}; }
    constexpr weight affine(causalmm::row_stats const&) const noexcept { return weight{0.5f}; }
};

template <intervention::intervention_policy Policy>
constexpr bool accepts(Policy const&) {
    return true;
}
static_assert(accepts(halved{}));
