// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <string_view>

#include <causalmm/core/config.hpp>

namespace causalmm::inline CAUSALMM_ABI::backend {

namespace detail {
struct any_task {
    void operator()(index_t /*index*/) const noexcept {}
};
}   // namespace detail

/// WHERE loops run: calls task(i) once for each i in [0, count), in any order and place, and returns when all are done.
///
/// shape   count >= 0 independent tasks that do not throw
/// units   none
/// errors  none: results must not depend on order or place
/// source  one member to write for a new engine's thread pool
// clang-format off
template <class Backend>
concept backend_policy = requires(Backend const& backend, index_t count, detail::any_task const& task) {
    { Backend::name } -> std::convertible_to<std::string_view>;
    { backend.for_each_index(count, task) } noexcept;
};
// clang-format on

}   // namespace causalmm::backend
