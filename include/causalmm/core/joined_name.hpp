// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <causalmm/core/config.hpp>

namespace causalmm::inline CAUSALMM_ABI {

/// Text that can stand as a template argument.
///
/// shape   Size characters, the closing zero included
/// units   ASCII
/// errors  none
/// source  C++20 class types as template parameters
template <std::size_t Size>
struct fixed_text {
    char text[Size]{};

    constexpr fixed_text(char const (&literal)[Size]) noexcept {
        for (std::size_t i = 0; i < Size; ++i) { text[i] = literal[i]; }
    }
};

namespace detail {

template <fixed_text Prefix, class... Types>
constexpr auto join() noexcept {
    constexpr std::size_t prefix = sizeof(Prefix.text) - 1;
    constexpr std::size_t separators = sizeof...(Types) > 1 ? sizeof...(Types) - 1 : 0;
    std::array<char, ((prefix + separators) + ... + std::string_view{Types::name}.size())> joined{};
    std::size_t end = 0;
    auto const append = [&](std::string_view part) {
        for (char const c : part) { joined[end++] = c; }
    };
    append({Prefix.text, prefix});
    bool first = true;
    ((append(first ? std::string_view{} : std::string_view{"_"}), append(Types::name), first = false), ...);
    return joined;
}

template <fixed_text Prefix, class... Types>
inline constexpr auto joined = join<Prefix, Types...>();

}   // namespace detail

/// Name of a wrapper: a prefix and the names of what it wraps, so that every instance has its own.
///
/// "renormalized_" + "random"
///
/// shape   static storage
/// units   ASCII
/// errors  none
/// source  names identify policies in tests, benchmarks and on command lines
template <fixed_text Prefix, class... Types>
inline constexpr std::string_view joined_name{detail::joined<Prefix, Types...>.data(),
                                              detail::joined<Prefix, Types...>.size()};

}   // namespace causalmm
