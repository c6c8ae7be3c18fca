// SPDX-License-Identifier: MIT
// expect: backend_policy
#include <string_view>

#include <causalmm/backend/concepts.hpp>

struct inline_backend {
    static constexpr std::string_view name = "inline";
#if !defined(CAUSALMM_MUST_FAIL)
    template <class Task>
    constexpr void for_each_index(causalmm::index_t count, Task const& task) const noexcept {
        for (causalmm::index_t i = 0; i < count; ++i) { task(i); }
    }
#endif
};

template <causalmm::backend::backend_policy Backend>
constexpr bool accepts(Backend const&) {
    return true;
}
static_assert(accepts(inline_backend{}));
