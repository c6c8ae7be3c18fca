// SPDX-License-Identifier: MIT
// expect: backend_policy
#include <string_view>

#include <causalmm/backend/concepts.hpp>

#if defined(CAUSALMM_MUST_FAIL)
inline constexpr bool quiet = false;
#else
inline constexpr bool quiet = true;
#endif

struct inline_backend {
    static constexpr std::string_view name = "inline";
    template <class Task>
    constexpr void for_each_index(causalmm::index_t count, Task const& task) const noexcept(quiet) {
        for (causalmm::index_t i = 0; i < count; ++i) { task(i); }
    }
};

template <causalmm::backend::backend_policy Backend>
constexpr bool accepts(Backend const&) {
    return true;
}
static_assert(accepts(inline_backend{}));
