// SPDX-License-Identifier: MIT
// expect: visibility_policy
#include <string_view>

#include <causalmm/visibility/concepts.hpp>

struct first_keys {
    static constexpr std::string_view name = "first_keys";
    constexpr causalmm::status check(causalmm::index_t, causalmm::index_t) const noexcept { return {}; }
    constexpr causalmm::visibility::key_range keys(causalmm::index_t, causalmm::index_t,
                                                   causalmm::index_t count) const noexcept {
        return {0, count};
    }
#if !defined(CAUSALMM_MUST_FAIL)
    constexpr causalmm::index_t origin(causalmm::index_t) const noexcept { return 0; }
#endif
};

template <causalmm::visibility::visibility_policy Policy>
constexpr bool accepts(Policy const&) {
    return true;
}
static_assert(accepts(first_keys{}));
