// SPDX-License-Identifier: MIT
// expect: intervention_policy
#include <string_view>

#include <causalmm/intervention/concepts.hpp>

namespace intervention = causalmm::intervention;

#if defined(CAUSALMM_MUST_FAIL)
inline constexpr bool quiet = false;
#else
inline constexpr bool quiet = true;
#endif

struct squared {
    static constexpr std::string_view name = "squared";
    constexpr causalmm::status check() const noexcept { return {}; }
    constexpr auto weight(causalmm::row_stats const&, causalmm::site const&) const noexcept {
        return [](causalmm::index_t, float w) noexcept(quiet) { return w * w; };
    }
};

template <intervention::intervention_policy Policy>
constexpr bool accepts(Policy const&) {
    return true;
}
static_assert(accepts(squared{}));
