// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace llava::io {

/// What is said if a file is cut while it is mapped: reading behind its new end is SIGBUS, which would end the program without a
/// word. Lives as long as the mapping; up to 64 at a time are remembered.
class mapping_guard {
  public:
    mapping_guard() = default;
    mapping_guard(mapping_guard&& other) noexcept;
    mapping_guard(mapping_guard const&) = delete;
    mapping_guard& operator=(mapping_guard const&) = delete;
    mapping_guard& operator=(mapping_guard&&) = delete;
    ~mapping_guard();

    /// Once for each guard.
    void watch(std::byte const* data, std::size_t size, std::string_view file);

    /// From now on such a fault prints "PROGRAM: error: FILE: ..." and ends the program with io_error. `program` must stay.
    static void install(char const* program) noexcept;

  private:
    std::size_t place_ = none;
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
};

}   // namespace llava::io
