// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <causalmm/backend/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::backend {

/// Runs every loop on the calling thread, in ascending order.
///
/// shape   see backend_policy
/// units   none
/// errors  none
/// source  the form every other backend is compared with
struct serial {
    static constexpr std::string_view name = "serial";

    template <class Task>
    constexpr void for_each_index(index_t count, Task const& task) const noexcept {
        for (index_t i = 0; i < count; ++i) { task(i); }
    }
};

}   // namespace causalmm::backend
