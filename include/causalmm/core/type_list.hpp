// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <causalmm/core/config.hpp>

namespace causalmm::inline CAUSALMM_ABI {

/// The types of one axis of the library; tests, benchmarks and command-line names walk it.
///
/// shape   for_each(f) calls f.operator()<T>() for each T in order
/// units   none
/// errors  none
/// source  xsimd's arch_list
template <class... Types>
struct type_list {
    static constexpr std::size_t size = sizeof...(Types);

    template <class Function>
    static constexpr void for_each(Function&& function) {
        (function.template operator()<Types>(), ...);
    }

    template <template <class...> class Target>
    using apply = Target<Types...>;
};

}   // namespace causalmm
